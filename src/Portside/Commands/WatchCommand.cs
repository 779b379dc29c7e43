using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Api.Remote;
using Portside.Configuration.Syntax;
using Portside.Output;
using Spectre.Console;

namespace Portside.Commands;

/// <summary><c>portside watch</c>: <c>ls</c> that keeps itself fresh.</summary>
internal sealed class WatchCommand : Command
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2);

    private readonly GlobalOptions _global;
    private readonly Option<TimeSpan?> _interval =
        ValueOption.Of("--interval", new DurationSyntax(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)), "Time between two looks; 2s.", "TIME");

    private readonly Option<int?> _count =
        ValueOption.Of("--count", new WholeNumberSyntax(1, int.MaxValue), "Looks after which it ends; without it, ^C does.", "N");

    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public WatchCommand(GlobalOptions global)
        : base("watch", "Show the ports and keep the picture fresh; ^C ends. With -o json, one line of JSON for every look.")
    {
        _global = global;
        Add(_interval);
        Add(_count);
        SetAction(async (arguments, cancellation) =>
        {
            using var api = global.Connect(arguments);
            try
            {
                await WatchAsync(arguments, api, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // That is how watching ends.
            }

            return ExitCode.Done;
        });
    }

    private async Task WatchAsync(ParseResult arguments, ApiClient api, CancellationToken cancellation)
    {
        var caller = _global.Caller;
        var format = _global.Format(arguments);
        var interval = arguments.GetValue(_interval) ?? DefaultInterval;
        var count = arguments.GetValue(_count) ?? int.MaxValue;
        if (format == OutputFormat.Table && caller.OutputIsTerminal)
        {
            var surface = Drawing.Surface(caller, caller.Out, isLive: true);
            var first = await PortOverview.GetAsync(api, cancellation);
            // Where the window is too low, the first ports are worth more than the last.
            await surface.Live(Draw(first)).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
            {
                var drawing = new Lock();
                var last = first;
                using var resizes = caller.Terminal.OnResize(() => Show(last));
                await LookAsync(Show);

                void Show(PortOverview overview)
                {
                    lock (drawing)
                    {
                        last = overview;
                        live.UpdateTarget(Draw(overview));
                        live.Refresh();
                    }
                }
            });
            return;
        }

        var isFirst = true;
        await LookAsync(overview =>
        {
            if (format == OutputFormat.Table)
            {
                if (!isFirst)
                    caller.Out.WriteLine();
                Drawing.Write(caller, Draw(overview));
            }
            else
            {
                if (!isFirst && format == OutputFormat.Yaml)
                    caller.Out.WriteLine("---");
                ResultText.Write(caller, format, overview.Ports, ApiJson.Default.IReadOnlyListPortDescription, isIndented: false);
            }

            isFirst = false;
        });

        Spectre.Console.Rendering.IRenderable Draw(PortOverview overview) =>
            overview.Draw(caller.Clock.GetUtcNow(), Drawing.WidthOf(caller));

        async Task LookAsync(Action<PortOverview> show)
        {
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                    await Task.Delay(interval, caller.Clock, cancellation);
                show(await PortOverview.GetAsync(api, cancellation));
            }
        }
    }
}
