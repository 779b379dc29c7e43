using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Portside.Host.Ports;

namespace Portside.Host.Guests.Scripts;

/// <summary>A guest that says and expects what a script has; at its end it is silent.</summary>
/// <param name="script">The script.</param>
public sealed partial class ScriptGuest(GuestScript script) : IGuest
{
    /// <summary>Bytes typed and not matched yet that are looked at; older ones are forgotten.</summary>
    private const int MaxTyped = 16_384;

    /// <inheritdoc/>
    /// <exception cref="ScriptFailedException">The script waited in vain and has nothing for that case.</exception>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(time);
        var run = new Run(script, line, time, cancellation);
        switch (await run.DoAsync(script.Steps).ConfigureAwait(false))
        {
            case Next.PowerOff:
                return GuestExit.PowerOff;
            case Next.Reboot:
                return GuestExit.Reboot;
        }

        await GuestInput.DrainAsync(line, cancellation).ConfigureAwait(false);
        return GuestExit.PowerOff;
    }

    [GeneratedRegex(@"\$(?:\$|\{([0-9]{1,2})\})")]
    private static partial Regex Placeholder();

    private enum Next
    {
        Step,
        LeaveLoop,
        PowerOff,
        Reboot,
    }

    private sealed class Run(GuestScript script, ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        private readonly byte[] _buffer = new byte[1024];
        private readonly StringBuilder _typed = new();
        private Match _match = Match.Empty;

        public async Task<Next> DoAsync(IReadOnlyList<ScriptStep> steps)
        {
            foreach (var step in steps)
            {
                cancellation.ThrowIfCancellationRequested();
                var next = step switch
                {
                    ScriptStep.Send send => await SendAsync(send).ConfigureAwait(false),
                    ScriptStep.Delay delay => await DelayAsync(delay).ConfigureAwait(false),
                    ScriptStep.Expect expect => await ExpectAsync(expect).ConfigureAwait(false),
                    ScriptStep.Repeat repeat => await RepeatAsync(repeat).ConfigureAwait(false),
                    ScriptStep.Exit exit => exit.How == GuestExit.Reboot ? Next.Reboot : Next.PowerOff,
                    _ => Next.LeaveLoop,
                };
                if (next != Next.Step)
                    return next;
            }

            return Next.Step;
        }

        private async Task<Next> SendAsync(ScriptStep.Send send)
        {
            await line.WriteAsync(Filled(send.Text), cancellation).ConfigureAwait(false);
            return Next.Step;
        }

        private async Task<Next> DelayAsync(ScriptStep.Delay delay)
        {
            await Task.Delay(delay.Length, time, cancellation).ConfigureAwait(false);
            return Next.Step;
        }

        private async Task<Next> RepeatAsync(ScriptStep.Repeat repeat)
        {
            for (var round = 0; repeat.Times is not { } times || round < times; round++)
            {
                await Task.Yield();
                var next = await DoAsync(repeat.Steps).ConfigureAwait(false);
                if (next == Next.LeaveLoop)
                    break;
                if (next != Next.Step)
                    return next;
            }

            return Next.Step;
        }

        private async Task<Next> ExpectAsync(ScriptStep.Expect expect)
        {
            using var timeout = expect.Timeout is { } length ? new CancellationTokenSource(length, time) : new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            try
            {
                while (true)
                {
                    if (Find(expect) is { } steps)
                        return await DoAsync(steps).ConfigureAwait(false);
                    if (!await ReadAsync(expect.Echo ?? script.Echo, either.Token).ConfigureAwait(false))
                        return Next.PowerOff;
                }
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                return expect.Else is not null
                    ? await DoAsync(expect.Else).ConfigureAwait(false)
                    : throw new ScriptFailedException(
                        $"Nobody typed what matches {string.Join(" or ", expect.Cases.Select(one => $"/{one.Pattern}/"))} within {expect.Timeout!.Value.TotalSeconds:0.###} s.");
            }
        }

        private IReadOnlyList<ScriptStep>? Find(ScriptStep.Expect expect)
        {
            var typed = _typed.ToString();
            foreach (var (pattern, steps) in expect.Cases)
            {
                var match = pattern.Match(typed);
                if (!match.Success)
                    continue;
                _match = match;
                _typed.Remove(0, match.Index + match.Length);
                return steps;
            }

            return null;
        }

        private async Task<bool> ReadAsync(bool echo, CancellationToken stop)
        {
            var length = await line.ReadAsync(_buffer, stop).ConfigureAwait(false);
            _typed.Append(Encoding.Latin1.GetString(_buffer, 0, length));
            if (_typed.Length > MaxTyped)
                _typed.Remove(0, _typed.Length - MaxTyped);

            // As a terminal driver does it: Enter starts a new line.
            if (echo)
                await line.WriteAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(_buffer, 0, length).Replace("\r", "\r\n", StringComparison.Ordinal)), cancellation).ConfigureAwait(false);
            return length > 0;
        }

        private byte[] Filled(string text)
        {
            // One byte is one character here, so that what was typed comes back as it was.
            var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
            return Encoding.Latin1.GetBytes(Placeholder().Replace(
                bytes,
                found => found.Value == "$$" ? "$" : _match.Groups[int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)].Value));
        }
    }
}
