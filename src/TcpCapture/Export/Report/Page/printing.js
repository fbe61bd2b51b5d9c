// Prints the whole ladder in black, a row per event.

const MAX_PRINTED = 5000;

class Printing {
  constructor(page) {
    this.page = page;
    addEventListener("beforeprint", () => this.begin());
    addEventListener("afterprint", () => this.end());
  }

  begin() {
    if (this.before) return;
    const { page } = this;
    this.before = { scale: page.scaleName };
    document.documentElement.classList.add("printing");
    page.scaleName = "events";
    const shown = page.view.shown;
    this.left = shown.length > MAX_PRINTED ? shown : null;
    page.view.lay(this.left ? shown.slice(0, MAX_PRINTED) : shown, times => new EventScale(times));
    page.ladder.isWhole = true;
    page.ladder.show(page.view);
    const note = document.getElementById("ladder-end");
    this.before.note = note.textContent;
    if (this.left) note.textContent = `Printed: the first ${MAX_PRINTED} of ${shown.length} events.`;
  }

  end() {
    if (!this.before) return;
    const { page } = this;
    document.documentElement.classList.remove("printing");
    page.scaleName = this.before.scale;
    page.ladder.isWhole = false;
    document.getElementById("ladder-end").textContent = this.before.note;
    this.before = null;
    page.layOut(this.left ?? page.view.shown);
  }
}
