// HttpGet URL…: a .NET program like anyone's, to be observed: gets each, one after another, and prints how long they are.
using var client = new HttpClient();
foreach (var url in args) Console.WriteLine((await client.GetByteArrayAsync(new Uri(url))).Length);
