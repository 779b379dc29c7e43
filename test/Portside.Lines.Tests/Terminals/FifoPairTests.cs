using System.Runtime.Versioning;
using Portside.Lines.Terminals;
using Portside.Testing;

namespace Portside.Lines.Tests.Terminals;

[SupportedOSPlatform("linux")]
public sealed class FifoPairTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly FifoPair _pair;

    public FifoPairTests() => _pair = new FifoPair(_directory["console"]);

    public void Dispose()
    {
        _pair.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_a_program_writes_is_read_to_its_end()
    {
        await using var program = new FileStream(_directory["console.out"], FileMode.Open, FileAccess.Write);
        var buffer = new byte[16];
        var waiting = _pair.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        program.Write("last words"u8);
        program.Flush();
        await waiting.WaitAsync(Patience);

        _pair.End();

        Assert.Equal(10, await _pair.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience));
        Assert.Equal(0, await _pair.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_wait_ends_with_the_program()
    {
        var waiting = _pair.ReadAsync(new byte[16], CancellationToken.None).AsTask();

        _pair.End();

        Assert.Equal(0, await waiting.WaitAsync(Patience));
    }

    [Fact]
    public void What_a_program_did_not_read_is_taken_back_and_nothing_else()
    {
        using var program = new FileStream(_directory["console.in"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Assert.Equal(6, _pair.TryWrite("typed "u8));
        Assert.Equal(5, _pair.TryWrite("ahead"u8));
        Assert.Equal(8, program.Read(new byte[8]));

        Assert.Equal("ead"u8.ToArray(), _pair.TakeBack());
        Assert.Empty(_pair.TakeBack());
    }

    [Fact]
    public async Task A_full_pipe_takes_nothing_until_there_is_room_and_an_empty_one_takes_all_it_held()
    {
        var written = 0;
        while (_pair.TryWrite(new byte[4096]) is > 0 and var count)
            written += count;
        var waiting = _pair.WaitForRoomAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        var back = _pair.TakeBack();

        await waiting.WaitAsync(Patience);
        Assert.Equal(written, back.Length);
        Assert.Equal(written, _pair.TryWrite(back));
    }

    [Fact]
    public void Its_pipes_are_its_owners_alone_and_go_with_it()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["console.in"]));
        Assert.Throws<IOException>(() => new FifoPair(_directory["console"]));

        _pair.Dispose();

        Assert.Empty(Directory.GetFiles(_directory.Path));
        Assert.Equal(0, _pair.TryWrite("x"u8));
    }
}
