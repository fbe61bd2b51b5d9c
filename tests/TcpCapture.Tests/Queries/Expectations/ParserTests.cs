using System.Globalization;
using System.Text;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Tests.Queries.Expectations;

public class ParserTests
{
    [Theory]
    [InlineData("no resets")]
    [InlineData("no reset by server", "no resets by server")]
    [InlineData("No  RESETS\t", "no resets")]
    [InlineData("at most 0 resets", "no resets")]
    [InlineData("at most 1 SYN retransmission")]
    [InlineData("at most 1 syn retransmissions by client", "at most 1 SYN retransmission by client")]
    [InlineData("at least 2 retransmissions")]
    [InlineData("exactly 21 segments")]
    [InlineData("exactly 1 segment")]
    [InlineData("at least 10 bytes by client")]
    [InlineData("exactly 2 connections")]
    [InlineData("no connections")]
    [InlineData("client closes first")]
    [InlineData("server closes first")]
    [InlineData("both close at once")]
    [InlineData("nobody closes")]
    [InlineData("server passes through CLOSE_WAIT within 100 ms")]
    [InlineData("server passes through close-wait within 0.1s", "server passes through CLOSE_WAIT within 100 ms")]
    [InlineData("server passes through CLOSE_WAIT")]
    [InlineData("client reaches ESTABLISHED within 50ms", "client reaches ESTABLISHED within 50 ms")]
    [InlineData("client reaches FIN_WAIT_2")]
    [InlineData("server never enters CLOSE_WAIT")]
    [InlineData("client ends in TIME_WAIT")]
    [InlineData("handshake within 10 ms")]
    [InlineData("handshake within 1.5 ms", "handshake within 1500 us")]
    [InlineData("handshake within 2m", "handshake within 120 s")]
    [InlineData("handshake within 7 µs", "handshake within 7 us")]
    [InlineData("handshake within 1 ns")]
    [InlineData("reset")]
    [InlineData("reset by server")]
    [InlineData("reset because linger-zero")]
    [InlineData("reset by server because unread-data")]
    [InlineData("conn_state SF")]
    [InlineData("conn_state sf or S1 or SF", "conn_state SF or S1")]
    [InlineData("no connection stays in CLOSE_WAIT longer than 5 s", "neither end stays in CLOSE_WAIT longer than 5 s")]
    [InlineData("server never stays in close-wait longer than 5s", "server never stays in CLOSE_WAIT longer than 5 s")]
    [InlineData("no connection has cause injected", "cause is not injected")]
    [InlineData("no connections have outcome stalled or timed-out", "outcome is not stalled or timed-out")]
    [InlineData("outcome is closed")]
    [InlineData("connection 2: cause is none or probe")]
    [InlineData("if client closes first then no resets")]
    [InlineData("some connection: if reset by server then cause is data-after-close")]
    [InlineData("connection 2: no resets")]
    [InlineData("connection 2 :client closes first", "connection 2: client closes first")]
    [InlineData("every connection: no resets", "no resets")]
    [InlineData("some connection: reset by server")]
    public void ARuleIsParsedAndWrittenCanonically(string rule, string? plain = null)
    {
        var read = Expectation.Parse(rule);
        Assert.Equal(plain ?? rule, read.ToString());
        Assert.Equal(read, Expectation.Parse(read.ToString()));
        Assert.Equal(read.GetHashCode(), Expectation.Parse(read.ToString()).GetHashCode());
    }

    [Theory]
    [InlineData("", 1, "at character 1: expected one of no, at, exactly")]
    [InlineData("client close first", 8, "at character 8: expected one of closes, reaches, passes, never, ends, but found 'close'. Did you mean 'closes'?")]
    [InlineData("if client closes first no resets", 24, "expected the end of the rule")]
    [InlineData("if client closes first then if no resets then reset", 29, "expected one of no, at, exactly")]
    [InlineData("no connection has cause injektet", 25, "expected one of none, unknown")]
    [InlineData("clinet closes first", 1, "Did you mean 'client'?")]
    [InlineData("no restes", 4, "Did you mean 'resets'?")]
    [InlineData("no", 3, "at character 3: expected one of resets, retransmissions, SYN retransmissions, segments, bytes, connections, but the rule ends.")]
    [InlineData("at most resets", 9, "a whole number from 0")]
    [InlineData("at most -1 resets", 9, "a whole number from 0")]
    [InlineData("at most 1.5 resets", 9, "a whole number from 0")]
    [InlineData("server passes through CLOSEWAIT", 23, "Did you mean 'CLOSE_WAIT'?")]
    [InlineData("server reaches LISTEN", 16, "at character 16: expected a state, one of CLOSED, SYN_SENT")]
    [InlineData("server passes through CLOSE_WAIT within 100", 44, "at character 44: expected a unit (ns, us, ms, s, m or h), but the rule ends.")]
    [InlineData("server passes through CLOSE_WAIT within 100 sec", 45, "a unit (ns, us, ms, s, m or h)")]
    [InlineData("server passes through CLOSE_WAIT in 100 ms", 34, "'within' or the end of the rule")]
    [InlineData("handshake within 25 h", 18, "at most a day")]
    [InlineData("handshake within 0.5 ns", 18, "whole nanoseconds")]
    [InlineData("no resets please", 11, "'by' or the end of the rule")]
    [InlineData("reset by server because unread", 25, "one of unknown, no-listener, firewall-reject")]
    [InlineData("conn_state XX", 12, "one of SF, S0, REJ")]
    [InlineData("connection 0: no resets", 12, "a whole number from 1")]
    [InlineData("connection 1 no resets", 14, "expected ':', but found 'no'")]
    [InlineData("connection 1: exactly 2 connections", 25, "one of resets, retransmissions, SYN retransmissions, segments, bytes, but found 'connections'")]
    [InlineData("no\e[2J resets", 1, "'no\uFFFD[2J resets'")]
    public void AMistakeIsReportedWithItsPlace(string rule, int column, string says)
    {
        var error = Assert.Throws<QueryException>(() => Expectation.Parse(rule));
        Assert.Contains(says, error.Message);
        Assert.Equal(column, error.Column);
        Assert.DoesNotContain('\e', error.Message);
    }

    [Fact]
    public void AWrittenRuleParsesToTheSameRule()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var rule = GeneratedRules.Next(random);
            Assert.Equal(rule, Expectation.Parse(rule.ToString()));
            Assert.Equal(rule.ToString(), Expectation.Parse(rule.ToString().ToUpperInvariant()).ToString());
        }
    }

    [Fact]
    public void JunkIsRefused()
    {
        var random = new Random(5);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var junk = i % 2 == 0 ? Noise(random) : Damaged(random);
            try
            {
                Expectation.Parse(junk);
            }
            catch (QueryException error)
            {
                refused++;
                Assert.InRange(error.Column, 1, junk.Length + 1);
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }

        Assert.InRange(refused, 15_000, 20_000);
    }

    [Fact]
    public void ALongRuleIsRefusedAtOnce() =>
        Assert.InRange(Assert.Throws<QueryException>(() => Expectation.Parse(new string('x', 10_000_000))).Message.Length, 1, 300);

    [Fact]
    public void AFileHasOneRulePerLineAndComments()
    {
        var rules = Expectation.ParseLines(new StringReader("# what must hold\n\nno resets # ever\n  client closes first\r\n"));
        Assert.Equal(["no resets", "client closes first"], rules.Select(rule => rule.ToString()));
        var error = Assert.Throws<QueryException>(() => Expectation.ParseLines(new StringReader("no resets\n\nclient close first\n")));
        Assert.Equal((3, 8), (error.Line, error.Column));
        Assert.StartsWith("Line 3: In the rule 'client close first' at character 8: expected one of ", error.Message);
    }

    [Fact]
    public void AFileThatNeverEndsIsRefused()
    {
        var endless = new StringReader(string.Concat(Enumerable.Repeat("no resets\n", 200_000)));
        Assert.Contains("at most", Assert.Throws<QueryException>(() => Expectation.ParseLines(endless)).Message);
        Assert.Contains("at most", Assert.Throws<QueryException>(() => Expectation.ParseLines(new EndlessLine())).Message);
    }

    /// <summary>Like /dev/zero: a line without end.</summary>
    private sealed class EndlessLine : TextReader
    {
        public override int Read() => 0;

        public override int Read(char[] buffer, int index, int count)
        {
            Array.Clear(buffer, index, count);
            return count;
        }
    }

    private static string Noise(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(60); i > 0; i--) text.Append((char)random.Next(random.Next(2) == 0 ? 128 : 0x10000));
        return text.ToString();
    }

    private static string Damaged(Random random)
    {
        var words = GeneratedRules.Next(random).ToString().Split(' ').ToList();
        var at = random.Next(words.Count);
        if (random.Next(2) == 0) words.RemoveAt(at);
        else words[at] = random.Next(3) switch { 0 => words[at] + "x", 1 => random.NextInt64().ToString(CultureInfo.InvariantCulture), _ => ":" };
        return string.Join(' ', words);
    }
}
