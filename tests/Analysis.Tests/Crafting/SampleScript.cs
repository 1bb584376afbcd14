using Gmp.Analysis.Model;
using Gmp.Analysis.Sampling;

namespace Gmp.Analysis.Tests.Crafting;

/// <summary>
/// CPU samples in the text form of a trace:
/// <code>
/// sampling 10ms                      # the recorder samples hogs of 10 ms; what follows is why it could not
/// sampled 100ms 300ms                # a period
/// sample 120ms 501 App!Work.For@/src/Work.cs:18 App!Program.Main@/src/Program.cs:51    # of a thread, the innermost frame first
/// host cpus=2 machine=4 quota=1500   # what the recorder knows of the machine
/// fact 1s busyNs=2s idleNs=2s machineCpuNs=1s machineQueueNs=100ms     # and what it saw at a moment: the names of a HostFact
/// </code>
/// </summary>
internal sealed class SampleScript
{
    private readonly List<CodeFrame> _frames = [];
    private readonly List<StackNode> _stacks = [];
    private readonly List<(long Time, long Thread, int Stack)> _samples = [];
    private readonly List<(long Start, long End)> _periods = [];
    private readonly List<HostFact> _facts = [];
    private (int Cpus, int MachineCpus, double QuotaCpus) _host = (2, 2, 0);
    private (long Threshold, string Problem)? _settings;

    public void Settings(long thresholdNs, string problem) => _settings = (thresholdNs, problem);

    public void Period(long start, long end) => _periods.Add((start, end));

    public void Host(int cpus, int machine, double quota) => _host = (cpus, machine, quota);

    public void Fact(HostFact fact) => _facts.Add(fact with { Time = Recorder.Start + fact.Time });

    public void Sample(long time, long thread, IEnumerable<string> frames)
    {
        int node = -1;
        foreach (string frame in frames.Reverse())
            node = IndexOf(_stacks, new StackNode(IndexOf(_frames, Frame(frame)), node));
        _samples.Add((time, thread, node));
    }

    /// <summary>The file with the samples before its end mark.</summary>
    public byte[] AddTo(byte[] file)
    {
        if (_settings is null && _samples.Count == 0 && _facts.Count == 0)
            return file;
        var whole = new MemoryStream();
        whole.Write(file.AsSpan(0, file.Length - 1));
        var to = new SampleBlockWriter(whole, Recorder.Start + 3_600_000_000_000);
        if (_settings is { } settings)
            to.Begin(SampleEvents.SettingsId).Int(1).Long(settings.Threshold).Text(settings.Problem).End();
        foreach (var (start, end) in _periods)
            to.Begin(SampleEvents.PeriodId).Long(Recorder.Start + start).Long(Recorder.Start + end).Long(0).End();
        for (int i = 0; i < _frames.Count; i++)
            to.Begin(SampleEvents.FrameId).Int(i).Int(_frames[i].Line).Text(_frames[i].Type).Text(_frames[i].Method).Text(_frames[i].Module).Text(_frames[i].File).End();
        for (int i = 0; i < _stacks.Count; i++)
            to.Begin(SampleEvents.StackId).Int(i).Int(_stacks[i].Frame).Int(_stacks[i].Caller).End();
        foreach (var (time, thread, stack) in _samples)
            to.Begin(SampleEvents.SampleId).Long(Recorder.Start + time).Long(thread).Int(stack).End();
        to.Flush();
        if (_facts.Count > 0)
            HostEvents.Write(whole, Recorder.Start + 3_600_000_000_000, _host, _facts);
        whole.WriteByte(1);
        return whole.ToArray();
    }

    private static CodeFrame Frame(string text)
    {
        int module = text.IndexOf('!'), place = text.IndexOf('@'), line = text.LastIndexOf(':');
        string method = text[(module + 1)..(place < 0 ? text.Length : place)];
        int dot = method.LastIndexOf('.');
        return new CodeFrame(method[..dot], method[(dot + 1)..], text[..module], place < 0 ? "" : text[(place + 1)..line],
            place < 0 ? 0 : int.Parse(text[(line + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static int IndexOf<T>(List<T> list, T value)
    {
        int at = list.IndexOf(value);
        if (at >= 0)
            return at;
        list.Add(value);
        return list.Count - 1;
    }
}
