using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests;

/// <summary>A timeline in memory, as a test asserts on it.</summary>
public class TimelineTests
{
    [Fact]
    public void AConnectionHasItsReportEventsStatesAndFindings()
    {
        var timeline = Of("both-close");
        Assert.Empty(timeline.Failed);
        var connection = Assert.Single(timeline.Connections);
        Assert.Equal((ClosedBy.Server, ConnState.SF, 1), (connection.ClosedBy, connection.ConnState, connection.Number));
        Assert.Equal([TcpState.SynSent, TcpState.Established, TcpState.CloseWait, TcpState.LastAck, TcpState.Closed], timeline.StatesOf(connection, Side.Client));
        Assert.Equal(Evidence.Sampled, timeline.StateChangesOf(connection, Side.Client)[^1].Evidence);
        Assert.Equal(TimeSpan.FromMicroseconds(26.2), connection.Handshake);
        Assert.Equal(7, connection.Server.Bytes);
        Assert.Equal("The server closed first, then the client.", timeline.FindingsOf(connection)[0].Text);
        Assert.Equal(43, timeline.Events.Count);
        Assert.Equal(timeline.Events.Where(e => e.Connection is not null).Select(e => e.Number), timeline.EventsOf(connection).Select(e => e.Number));
        Assert.Equal((0, 0), (timeline.EventsLeftOut, timeline.ConnectionsLeftOut));
        Assert.Equal(RecordingOutcome.Completed, timeline.End.End!.Outcome);
    }

    [Theory]
    [InlineData("both-close")]
    [InlineData("simultaneous-close-traced")]
    public void EventsReadOneByOneAreTheTimeline(string name)
    {
        var recording = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", name));
        var expected = Timeline.Load(recording).Events.Select(Describe).ToArray();

        Assert.Equal(expected, Timeline.ReadEvents(recording).Select(Describe));
        Assert.Equal(RecordingOutcome.Completed, recording.End!.Outcome);
        Assert.Equal(expected.Take(3), Timeline.ReadEvents(recording).Take(3).Select(Describe)); // a reader may stop early

        static string Describe(TimelineEvent e) => $"{e.Number} {e.Kind} {e.Time} {e.Connection?.Number} {e.Side} {e.NewState} {e.CausedBy} {e.Note}";
    }

    [Fact]
    public void ReadingEventsCanBeCancelled()
    {
        var recording = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "both-close"));
        Assert.Throws<OperationCanceledException>(() => Timeline.ReadEvents(recording, new CancellationToken(canceled: true)).ToArray());
    }

    [Fact]
    public void ResetsAreThoseOfTheConnections()
    {
        var timeline = Of("listener-close");
        Assert.Equal(Cause.ListenerClosed, Assert.Single(timeline.Failed).Diagnosis.Cause);
        Assert.Equal(Cause.None, timeline.Connections[0].Diagnosis.Cause);
        Assert.Equal(ClosedBy.Nobody, timeline.Connections[0].ClosedBy);
        Assert.Equal(Side.Server, timeline.Connections[1].Diagnosis.ResetBy);
        var crossed = Of("simultaneous-close").Connections[0];
        Assert.Equal((ClosedBy.Both, true), (crossed.ClosedBy, crossed.FinsCrossed));
    }

    [Fact]
    public void BeyondTheLimitEventsAreCountedAndRulesStillSeeThem()
    {
        var timeline = Of("both-close", maxEvents: 10);
        Assert.Equal((10, 33), (timeline.Events.Count, timeline.EventsLeftOut));
        Assert.Equal(ConnState.SF, timeline.Connections[0].ConnState);
        timeline.Expect("server closes first", "exactly 13 segments");
    }

    [Fact]
    public void WhatDoesNotHoldIsThrownWithItsEvents()
    {
        var error = Assert.Throws<ExpectationFailedException>(() => Of("both-close").Expect("no resets", "client closes first"));
        Assert.StartsWith("BROKEN: client closes first", error.Message);
        Assert.Contains("event 29", error.Message);
        Assert.Equal([Outcome.Held, Outcome.Broken], error.Results.Select(r => r.Outcome));
        Assert.Throws<QueryException>(() => Of("both-close").Check("no restes"));
    }

    private static Timeline Of(string recording, int maxEvents = Timeline.DefaultMaxEvents) =>
        Timeline.Load(Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", recording)), maxEvents);
}
