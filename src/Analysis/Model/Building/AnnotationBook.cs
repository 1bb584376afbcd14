namespace Gmp.Analysis.Model.Building;

/// <summary>A text that records name by its id, perhaps before the trace says what it is.</summary>
internal sealed class TextSlot
{
    public string Text { get; set; } = "";
}

/// <summary>A set of labels, perhaps before the trace has told all of them.</summary>
internal sealed class LabelSlot
{
    /// <summary>More than a program gives a goroutine; what goes beyond is damage.</summary>
    private const int Most = 256;

    public List<(string Key, string Value)> Labels { get; } = [];

    // A set may be told twice, in two streams.
    public void Add(string key, string value)
    {
        if (Labels.Count < Most && !Labels.Exists(l => l.Key == key))
            Labels.Add((key, value));
    }
}

/// <summary>What the program said of itself. The ids are a process's, and what one scheduler's stream told once counts for all of them.</summary>
internal sealed class AnnotationBook
{
    private readonly Dictionary<long, TextSlot> _texts = [];
    private readonly Dictionary<long, LabelSlot> _labels = [];
    private readonly Dictionary<long, TaskInfo> _openTasks = [];
    private readonly Dictionary<long, RegionInfo> _openRegions = [];

    public List<TaskInfo> Tasks { get; } = [];

    public List<RegionInfo> Regions { get; } = [];

    public List<MessageInfo> Messages { get; } = [];

    public void Text(long id, string text) => SlotOf(id, "").Text = text;

    /// <summary>The text with an id, or, where that is 0, <paramref name="inline"/>.</summary>
    public TextSlot SlotOf(long id, string inline)
    {
        if (id == 0)
            return new TextSlot { Text = inline };
        if (!_texts.TryGetValue(id, out var known))
            _texts[id] = known = new TextSlot();
        return known;
    }

    public LabelSlot? LabelsOf(long set)
    {
        if (set == 0)
            return null;
        if (!_labels.TryGetValue(set, out var known))
            _labels[set] = known = new LabelSlot();
        return known;
    }

    public void Begin(TaskInfo task)
    {
        Tasks.Add(task);
        _openTasks[task.Id] = task;
    }

    public void EndTask(long id, long time)
    {
        // One that began before the trace is not known, and its end tells nothing.
        if (_openTasks.Remove(id, out var task))
            task.End = time;
    }

    public void Begin(RegionInfo region)
    {
        Regions.Add(region);
        _openRegions[region.Id] = region;
    }

    public void EndRegion(long id, long time)
    {
        if (_openRegions.Remove(id, out var region))
            region.End = time;
    }
}
