using System.Text.Json;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace TcpCapture.SystemTests.Browser;

/// <summary>Debian's headless chromium, controlled by its chromedriver; pages are opened from files.</summary>
public sealed class Chromium : IDisposable
{
    private const string Program = "/usr/bin/chromium";
    private const string DriverFolder = "/usr/bin";
    private const string DriverName = "chromedriver";

    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("tcpcapture-chromium-");
    private readonly ChromeDriver? _driver;

    public Chromium()
    {
        if (!File.Exists(Program) || !File.Exists(Path.Combine(DriverFolder, DriverName))) return;
        var options = new ChromeOptions { BinaryLocation = Program };
        options.AddArguments(Switches);
        options.AddArgument("--user-data-dir=" + _profile.FullName);
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        options.SetLoggingPreference(LogType.Performance, LogLevel.All);
        var service = ChromeDriverService.CreateDefaultService(DriverFolder, DriverName);
        service.SuppressInitialDiagnosticInformation = true;
        _driver = new ChromeDriver(service, options, TimeSpan.FromSeconds(60));
        _driver.Manage().Timeouts().AsynchronousJavaScript = TimeSpan.FromSeconds(30);
    }

    /// <summary>Opens a page as if for the first time, in a window of the given size.</summary>
    public void Open(string path, string hash = "", int width = 1280, int height = 900)
    {
        Assert.SkipUnless(_driver is not null, "needs chromium and chromedriver: apt-get install chromium chromium-driver");
        Send("Emulation.setDeviceMetricsOverride", ("width", width), ("height", height), ("deviceScaleFactor", 1), ("mobile", false));
        _driver!.Url = "about:blank";
        _driver.Manage().Logs.GetLog(LogType.Browser);
        _driver.Manage().Logs.GetLog(LogType.Performance);
        _driver.Url = new Uri(path).AbsoluteUri + hash;
    }

    /// <summary>Returns the result of a script.</summary>
    public T Get<T>(string script, params object[] arguments) => (T)Convert(_driver!.ExecuteScript(script, arguments), typeof(T));

    /// <summary>
    /// Returns the result of a script when it is the expected one, or after ten seconds: the page handles a click on a link
    /// asynchronously.
    /// </summary>
    public string? Eventually(string expected, string script) => Await(
        """
        const [expected, script, done] = arguments;
        const value = new Function(script), end = performance.now() + 10000;
        (function look() {
          const now = String(value());
          if (now === expected || performance.now() > end) done(JSON.stringify(now)); else setTimeout(look, 5);
        })();
        """, expected, script).GetString();

    /// <summary>Returns the value that an asynchronous script passes to its callback, as JSON.</summary>
    public JsonElement Await(string script, params object[] arguments) =>
        JsonDocument.Parse((string)_driver!.ExecuteAsyncScript(script, arguments)!).RootElement;

    /// <summary>Runs a script and ignores its result.</summary>
    public void Do(string script, params object[] arguments) => _driver!.ExecuteScript(script, arguments);

    /// <summary>Sends keys to the focused element.</summary>
    public void Press(string keys) => new OpenQA.Selenium.Interactions.Actions(_driver!).SendKeys(keys).Perform();

    /// <summary>Moves the mouse over an element.</summary>
    public void PointAt(string selector) => new OpenQA.Selenium.Interactions.Actions(_driver!).MoveToElement(Find(selector)).Perform();

    public IWebElement Find(string selector) => _driver!.FindElement(By.CssSelector(selector));

    /// <summary>Sends a command of the DevTools protocol.</summary>
    public object? Send(string command, params (string Name, object Value)[] parameters) =>
        _driver!.ExecuteCdpCommand(command, parameters.ToDictionary(p => p.Name, p => (object?)p.Value));

    /// <summary>Asserts that the page logged no error and requested nothing except itself.</summary>
    public void IsQuiet(string path)
    {
        Assert.Empty(_driver!.Manage().Logs.GetLog(LogType.Browser).Select(entry => entry.Message));
        var self = new Uri(path).AbsoluteUri;
        var requested = _driver.Manage().Logs.GetLog(LogType.Performance)
            .Select(entry => JsonDocument.Parse(entry.Message).RootElement.GetProperty("message"))
            .Where(message => message.GetProperty("method").GetString() == "Network.requestWillBeSent")
            .Select(message => message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
        Assert.All(requested, url => Assert.Equal(self, url.Split('#')[0]));
    }

    public void Dispose()
    {
        _driver?.Dispose();
        _profile.Delete(recursive: true);
    }

    private static object Convert(object? value, Type type) =>
        System.Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture)!;
}
