using Portside.Concentrator.Recording;
using Xunit;

namespace Portside.Concentrator.Tests.Recording;

public sealed class RecordingReaderTests
{
    private readonly PortRecording _recording = new(256, 1024);

    [Fact]
    public void Peeked_bytes_stay_until_they_are_advanced_over()
    {
        var reader = _recording.Add(0, () => { });
        _recording.Append("hello"u8);
        var buffer = new byte[3];
        Assert.Equal(3, reader.Peek(buffer, out _));
        Assert.Equal(3, reader.Peek(buffer, out _));
        Assert.Equal("hel"u8, buffer);
        reader.Advance(1);
        Assert.Equal(3, reader.Read(buffer, out _));
        Assert.Equal("ell"u8, buffer);
        Assert.False(reader.AtEnd);
        reader.Advance(1);
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void A_gap_is_told_by_every_peek_until_it_is_advanced_over()
    {
        var reader = _recording.Add(0, () => { });
        _recording.Append(new byte[1030]);
        var buffer = new byte[10];
        Assert.Equal(10, reader.Peek(buffer, out var missed));
        Assert.Equal(6, missed);
        _recording.Append(new byte[4]);
        reader.Peek(buffer, out missed);
        Assert.Equal(10, missed);
        reader.Advance(missed + 10);
        reader.Peek(buffer, out missed);
        Assert.Equal(0, missed);
        Assert.Equal(20, reader.Position);
    }

    [Fact]
    public void Nobody_reads_past_the_end()
    {
        var reader = _recording.Add(0, () => { });
        _recording.Append("ab"u8);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Advance(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Advance(-1));
        Assert.Equal(0, reader.Read([], out var missed));
        Assert.Equal(0, missed);
        Assert.Equal(0, reader.Position);
    }
}
