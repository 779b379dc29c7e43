using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Client;

public sealed partial class VSphereSession
{
    // A session or a connection that ends more often than this within one listing is refused for some other reason.
    private const int MaxRenewals = 3;

    // Several times what a vCenter may hold; and pages in succession that bring nothing new.
    private const int MostObjects = 250_000;
    private const int MostBarrenPages = 16;

    // Changes that come one after another without any wait are taken so often, then with a pause before each.
    private const int MostAtOnce = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Lists objects below a container, page by page, in one pass of the property collector.</summary>
    /// <param name="container">Where to begin, such as the root folder; it is not listed itself.</param>
    /// <param name="properties">Which properties of which types.</param>
    /// <param name="take">
    /// Told each object once, as soon as it has come in whole: a server that does not page sends ten thousand at once, and nothing here keeps them. What
    /// an object lacks, or the account may not read, is in its <c>missingSet</c>. It is told of one object at a time.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>When all were told. When the session ends on the way, the listing begins again and goes on with the objects that are new.</returns>
    /// <exception cref="VSphereException">Something went wrong.</exception>
    public async Task ListAsync(
        ManagedObjectReference container, IReadOnlyList<PropertySpec> properties, Action<ObjectContent> take, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ArgumentNullException.ThrowIfNull(take);

        // In which pass an object was seen last.
        var seen = new Dictionary<ManagedObjectReference, int>();
        var pass = 0;
        var fresh = 0;
        for (var renewals = 0; ; renewals++)
        {
            pass = renewals;
            var barren = 0;
            ManagedObjectReference? view = null;
            string? token = null;
            try
            {
                view = await CreateViewAsync(container, properties, cancellation).ConfigureAwait(false);
                do
                {
                    // A page that breaks off has no token to cancel.
                    var asked = token;
                    token = null;
                    fresh = 0;
                    token = await PageAsync(OfView(view, properties), asked, Take, cancellation).ConfigureAwait(false);
                    barren = fresh > 0 ? 0 : barren + 1;
                    if (token is not null && barren > 0 && (token == asked || barren > MostBarrenPages))
                        throw Endless();
                }
                while (token is not null);
                return;
            }
            catch (Exception e) when (IsPassing(e) && renewals < MaxRenewals)
            {
                view = null;
            }
            catch (SessionRenewedException e)
            {
                view = null;
                throw EndsSessions(e);
            }
            finally
            {
                if (token is not null)
                    await ForgetAsync("CancelRetrievePropertiesEx", Content.PropertyCollector, [("token", VimValue.Of(token))]).ConfigureAwait(false);
                if (view is not null)
                    await ForgetAsync("DestroyView", view, []).ConfigureAwait(false);
            }
        }

        void Take(ObjectContent found)
        {
            if (!seen.TryGetValue(found.Obj, out var last))
            {
                if (seen.Count >= MostObjects)
                    throw Endless();
                take(found);
            }
            else if (last == pass)
            {
                return;
            }

            seen[found.Obj] = pass;
            fresh++;
        }
    }

    /// <summary>Reads properties of some objects in one request for each page.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="properties">Which properties of which types.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The objects, without those that the properties name no type of.</returns>
    /// <exception cref="VSphereFaultException">An object is gone, among others.</exception>
    /// <exception cref="VSphereException">Everything else that can go wrong.</exception>
    public async Task<IReadOnlyList<ObjectContent>> ReadAsync(
        IEnumerable<ManagedObjectReference> objects, IReadOnlyList<PropertySpec> properties, CancellationToken cancellation)
    {
        var filter = new PropertyFilterSpec { PropSet = properties, ObjectSet = [.. objects.Select(one => new ObjectSpec { Obj = one })] };
        for (var renewals = 0; ; renewals++)
        {
            try
            {
                var read = new List<ObjectContent>();
                var barren = 0;
                string? token = null;
                do
                {
                    var before = read.Count;
                    token = await PageAsync(filter, token, Take, cancellation).ConfigureAwait(false);
                    barren = read.Count > before ? 0 : barren + 1;
                    if (token is not null && barren > MostBarrenPages)
                        throw Endless();
                }
                while (token is not null);
                return read;

                void Take(ObjectContent found)
                {
                    if (read.Count >= MostObjects)
                        throw Endless();
                    read.Add(found);
                }
            }
            catch (Exception e) when (IsPassing(e) && renewals < MaxRenewals)
            {
            }
            catch (SessionRenewedException e)
            {
                throw EndsSessions(e);
            }
        }
    }

    /// <summary>Reads properties of one object.</summary>
    /// <param name="one">The object.</param>
    /// <param name="paths">The properties.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What it has of them.</returns>
    /// <exception cref="VSphereException">It is gone, or something else went wrong.</exception>
    public async Task<ObjectContent> ReadAsync(ManagedObjectReference one, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(one);
        var read = await ReadAsync([one], [new PropertySpec { OfType = one.Type, PathSet = paths }], cancellation).ConfigureAwait(false);
        return read.Count > 0 ? read[0] : new ObjectContent { Obj = one };
    }

    /// <summary>Follows properties of objects: as they are now, then every change.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="properties">Which properties of which types.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Updates without end. After a renewal of the session all objects are told once more.</returns>
    /// <exception cref="VSphereException">Something went wrong; nothing follows.</exception>
    public IAsyncEnumerable<ObjectUpdate> WatchAsync(
        IEnumerable<ManagedObjectReference> objects, IReadOnlyList<PropertySpec> properties, CancellationToken cancellation = default)
    {
        var filter = new PropertyFilterSpec { PropSet = properties, ObjectSet = [.. objects.Select(one => new ObjectSpec { Obj = one })] };
        return OneByOneAsync(WatchAsync(_ => Task.FromResult((filter, (ManagedObjectReference?)null)), cancellation), cancellation);
    }

    /// <summary>Follows properties of all objects below a container, those that come and go included; what came together is given together.</summary>
    /// <param name="container">Where to begin, such as the root folder.</param>
    /// <param name="properties">Which properties of which types.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Updates without end. After a renewal of the session all objects are told once more.</returns>
    /// <exception cref="VSphereException">Something went wrong; nothing follows.</exception>
    public IAsyncEnumerable<UpdateBatch> WatchBatchesAsync(
        ManagedObjectReference container, IReadOnlyList<PropertySpec> properties, CancellationToken cancellation = default)
    {
        return WatchAsync(MakeAsync, cancellation);

        async Task<(PropertyFilterSpec, ManagedObjectReference?)> MakeAsync(CancellationToken patience)
        {
            var view = await CreateViewAsync(container, properties, patience).ConfigureAwait(false);
            return (OfView(view, properties), view);
        }
    }

    private static async IAsyncEnumerable<ObjectUpdate> OneByOneAsync(
        IAsyncEnumerable<UpdateBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
        {
            foreach (var update in batch.Objects)
                yield return update;
        }
    }

    private async IAsyncEnumerable<UpdateBatch> WatchAsync(
        Func<CancellationToken, Task<(PropertyFilterSpec Filter, ManagedObjectReference? View)>> make,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var fruitless = 0;
        var atOnce = 0;
        var told = 0;
        while (true)
        {
            ManagedObjectReference? view = null;
            ManagedObjectReference? collector = null;
            var version = "";
            try
            {
                while (true)
                {
                    UpdateSet? updates;
                    if (atOnce > MostAtOnce)
                        await Task.Delay(Pause, _clock, cancellation).ConfigureAwait(false);
                    var asked = _clock.GetTimestamp();
                    try
                    {
                        if (collector is null)
                        {
                            collector = await CallAsync("CreatePropertyCollector", Content.PropertyCollector, [], VimKinds.Reference, cancellation).ConfigureAwait(false)
                                ?? throw new VSphereTransportException("CreatePropertyCollector returned no collector");
                            (var filter, view) = await make(cancellation).ConfigureAwait(false);
                            await CallAsync(
                                "CreateFilter", collector, [("spec", VimValue.Of(filter)), ("partialUpdates", new VimValue(VimKinds.Boolean, false, false))],
                                isOfSession: true, _options.AnswerWithin, cancellation).ConfigureAwait(false);
                        }

                        updates = await WaitAsync(collector, version, cancellation).ConfigureAwait(false);
                    }
                    catch (Exception e) when (IsPassing(e) && ++fruitless <= MaxRenewals)
                    {
                        (collector, view) = (null, null);
                        break;
                    }
                    catch (SessionRenewedException e)
                    {
                        throw EndsSessions(e);
                    }
                    catch (VSphereFaultException e) when (e.Is("InvalidCollectorVersion") && version.Length > 0)
                    {
                        version = "";
                        continue;
                    }

                    fruitless = 0;
                    var count = updates?.FilterSet.Sum(set => set.ObjectSet.Count) ?? 0;
                    if (updates?.Truncated == true && count > 0)
                    {
                        // The rest of it follows at once, as it should, but must end.
                        if ((told += count) > MostObjects)
                            throw Endless();
                    }
                    else
                    {
                        told = 0;
                        atOnce = _clock.GetElapsedTime(asked) < Pause ? atOnce + 1 : 0;
                    }

                    if (updates is null)
                        continue;
                    var startsAnew = version.Length == 0;
                    version = updates.Version;
                    yield return new(startsAnew, updates.Truncated != true, [.. updates.FilterSet.SelectMany(set => set.ObjectSet)]);
                }
            }
            finally
            {
                if (collector is not null)
                    await ForgetAsync("DestroyPropertyCollector", collector, []).ConfigureAwait(false);
                if (view is not null)
                    await ForgetAsync("DestroyView", view, []).ConfigureAwait(false);
            }
        }
    }

    private async Task<UpdateSet?> WaitAsync(ManagedObjectReference collector, string version, CancellationToken cancellation)
    {
        var generation = Generation;
        var returned = await CallAsync(
            "WaitForUpdatesEx",
            collector,
            [("version", VimValue.Of(version)), ("options", VimValue.Of(new WaitOptions { MaxWaitSeconds = (int)_options.WaitFor.TotalSeconds }))],
            isOfSession: true,
            _options.AnswerWithin + _options.WaitFor,
            cancellation).ConfigureAwait(false);
        var updates = Read("WaitForUpdatesEx", returned, VimKinds.Object<UpdateSet>());
        if (updates?.FilterSet.SelectMany(set => set.ObjectSet).SelectMany(update => update.MissingSet).Any(IsLoggedOut) == true)
            await LostAsync(generation, cancellation).ConfigureAwait(false);
        return updates;
    }

    private async Task<ManagedObjectReference> CreateViewAsync(
        ManagedObjectReference container, IReadOnlyList<PropertySpec> properties, CancellationToken cancellation)
    {
        var manager = Content.ViewManager ?? throw new VSphereTransportException($"{Url.Authority} has no views", "it is older than any version that is supported");
        return await CallAsync(
            "CreateContainerView",
            manager,
            [
                ("container", VimValue.Of(container)),
                ("type", new VimValue(VimKinds.String, true, properties.Select(spec => spec.OfType).Distinct().ToList())),
                ("recursive", new VimValue(VimKinds.Boolean, false, true)),
            ],
            VimKinds.Reference,
            cancellation).ConfigureAwait(false) ?? throw new VSphereTransportException("CreateContainerView returned no view");
    }

    private static PropertyFilterSpec OfView(ManagedObjectReference view, IReadOnlyList<PropertySpec> properties) => new()
    {
        PropSet = properties,
        ObjectSet =
        [
            new ObjectSpec
            {
                Obj = view,
                Skip = true,
                SelectSet = [new TraversalSpec { Name = "view", OfType = "ContainerView", Path = "view", Skip = false }],
            },
        ],
    };

    /// <summary>Reads a page, the first one without a token.</summary>
    /// <returns>The next page's token; null after the last.</returns>
    private async Task<string?> PageAsync(PropertyFilterSpec filter, string? token, Action<ObjectContent> take, CancellationToken cancellation)
    {
        var generation = Generation;
        var (method, arguments) = token is null
            ? ("RetrievePropertiesEx", new (string, VimValue?)[] { ("specSet", VimValue.Of(filter)), ("options", VimValue.Of(new RetrieveOptions { MaxObjects = _options.PageSize })) })
            : ("ContinueRetrievePropertiesEx", [("token", VimValue.Of(token))]);
        var isLost = false;
        var handOut = new SoapHandOut("objects", SoapHandOut.ObjectDepth, Take);
        var returned = await CallAsync(method, Content.PropertyCollector, arguments, isOfSession: true, _options.AnswerWithin, cancellation, handOut).ConfigureAwait(false);
        if (isLost)
            await LostAsync(generation, cancellation).ConfigureAwait(false);
        return Read(method, returned, VimKinds.Object<RetrieveResult>())?.Token;

        void Take(XElement element)
        {
            // Reading properties is open to everybody, so a server may say of each property that the session is gone.
            var found = VimReader.ReadObject<ObjectContent>(element);
            isLost |= found.MissingSet.Any(IsLoggedOut);
            if (!isLost)
                take(found);
        }
    }

    private async Task LostAsync(int generation, CancellationToken cancellation)
    {
        await RenewAsync(generation, cancellation).ConfigureAwait(false);
        throw new SessionRenewedException();
    }

    // What only reads is begun again after these.
    private static bool IsPassing(Exception e) => e is SessionRenewedException or VSphereTransportException { IsInterrupted: true };

    private VSphereTransportException EndsSessions(SessionRenewedException e) => new(
        $"{Url.Authority} ends every session at once", "see whether two clients share one account, or a proxy drops cookies", e);

    private VSphereTransportException Endless() => new($"{Url.Authority} tells its objects without end", "see whether it is a vSphere, and what is in between");

    private static bool IsLoggedOut(MissingProperty missing) => missing.Fault?.Fault is NotAuthenticated;

    // What is left behind ends with the session: nothing that fails here matters, and nobody should wait for it long.
    private async Task ForgetAsync(string method, ManagedObjectReference target, IEnumerable<(string, VimValue?)> arguments)
    {
        if (_disposed != 0)
            return;
        try
        {
            await _transport.CallAsync(
                method, target, arguments.Select(argument => KeyValuePair.Create(argument.Item1, argument.Item2)), FarewellWithin, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VSphereException or ObjectDisposedException)
        {
        }
    }
}
