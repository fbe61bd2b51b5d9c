// Reads the data and shows the first connection, or the event in the address.

function legend(info) {
  const item = (mark, words) => element("span", { class: "item" }, mark, ` ${words}`);
  const line = kind => element("span", { class: `sample bar ${kind} state-4` });
  const live = info.captures ? [] : [
    item(line("traced"), "● traced by the kernel"),
    item(element("span", { class: "sample bar state-4" }, element("span", { class: "hatch" })), "◐ sampled; hatched: changed at some time in this interval"),
  ];
  document.getElementById("legend").append(
    ...live,
    item(line("inferred"), info.captures ? "○ inferred from the segments" : "○ inferred from segments and calls"),
    item(element("span", { class: "sample again" }, "- - ↻"), "retransmission"),
    item(element("span", { class: "sample reset" }, "━ ✕"), "reset"),
    item(element("span", { class: "sample" }, "⇢"), "later retransmitted"),
    ...info.captures ? [] : [item(element("span", { class: "sample bracket-sample" }), "a call, from its start to its return")]);
}

function open() {
  const source = document.getElementById("timeline");
  const timeline = new Timeline(JSON.parse(source.textContent));
  source.remove();
  drawTitle(timeline);
  drawWarnings(timeline, document.getElementById("warnings"));
  drawFacts(timeline, document.getElementById("fact-list"));
  legend(timeline.info);
  if (timeline.info.captures) document.getElementById("show-calls").hidden = true;
  const page = new Page(timeline);
  page.choose(page.firstSelection);
  new Printing(page);
  listen(page);
  page.followHash();
  return page;
}

const report = open();
