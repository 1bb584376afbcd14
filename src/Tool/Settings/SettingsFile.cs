using System.Text;
using System.Text.Json;
using Gmp.Tool.Commands;

namespace Gmp.Tool.Settings;

/// <summary>
/// Reads a gmp-trace.json. By tokens and not into an object: whatever is wrong is told with its line, and a name that nobody knows is wrong, since a setting
/// that is silently skipped makes a build green that should be red.
/// </summary>
internal ref struct SettingsFile
{
    /// <summary>The name that is looked for.</summary>
    public const string Name = "gmp-trace.json";

    private const long MostBytes = 1 << 20;

    private readonly string _path;
    private readonly byte[] _bytes;
    private Utf8JsonReader _reader;

    private SettingsFile(string path, byte[] bytes)
    {
        (_path, _bytes) = (path, bytes);
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>The nearest gmp-trace.json in a folder or one of those that it lies in; null if there is none.</summary>
    public static string? Search(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, Name);
            if (File.Exists(path))
                return path;
        }
        return null;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ToolFailure">It cannot be read, or says something that makes no sense; with the line.</exception>
    public static ReportSettings Load(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw new ToolFailure(ExitCode.ArgumentError, $"{path} is larger than {MostBytes >> 20} MB: it is no {Name}.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure(ExitCode.ArgumentError, $"Cannot read {path}: {e.Message}", e);
        }
        var preamble = Encoding.UTF8.Preamble;
        return Parse(path, bytes.AsSpan().StartsWith(preamble) ? bytes[preamble.Length..] : bytes);
    }

    /// <summary>Reads the content of a file.</summary>
    /// <exception cref="ToolFailure">It says something that makes no sense; with the line.</exception>
    internal static ReportSettings Parse(string path, byte[] bytes)
    {
        var file = new SettingsFile(path, bytes);
        try
        {
            return file.Read();
        }
        catch (JsonException e)
        {
            throw new ToolFailure(ExitCode.ArgumentError, $"{path}:{e.LineNumber + 1}: this is no JSON: {e.Message.Split(" LineNumber:")[0]}", e);
        }
    }

    private ReportSettings Read()
    {
        var settings = new ReportSettings { Path = _path };
        Next();
        Expect(JsonTokenType.StartObject, "an object");
        while (NextProperty() is { } name)
        {
            switch (name)
            {
                case "$schema":
                    Text(name);
                    break;
                case "language":
                    settings = settings with { Language = Text(name) };
                    break;
                case "failOn":
                    settings = settings with { FailOn = FailOn() };
                    break;
                case "thresholds":
                    settings = settings with { Thresholds = Thresholds() };
                    break;
                case "ignore":
                    settings = settings with { Ignored = Ignored() };
                    break;
                default:
                    throw Wrong($"'{name}' is no setting: there are language, failOn, thresholds and ignore");
            }
        }
        _reader.Read();   // what comes behind the object is no JSON, and the reader says so
        return settings;
    }

    private List<FailCondition> FailOn()
    {
        var conditions = new List<FailCondition>();
        Next();
        if (_reader.TokenType == JsonTokenType.String)
        {
            conditions.Add(Condition());
            return conditions;
        }
        Expect(JsonTokenType.StartArray, "failOn takes a list, as [\"critical\", \"GMP201=warning\"]");
        while (NextItem())
        {
            Expect(JsonTokenType.String, "failOn takes a list of texts, as [\"critical\", \"GMP201=warning\"]");
            conditions.Add(Condition());
        }
        return conditions;
    }

    private readonly FailCondition Condition() =>
        FailCondition.TryParse(_reader.GetString()!, KnownNames.Ids, out var condition, out string complaint) ? condition : throw Wrong(complaint);

    private Dictionary<string, double> Thresholds()
    {
        var values = new Dictionary<string, double>();
        Next();
        Expect(JsonTokenType.StartObject, "thresholds takes an object, as { \"GMP001.shortMs\": 50 }");
        while (NextProperty() is { } name)
        {
            if (KnownNames.ComplaintOf(name, 0) is { } unknown)
                throw Wrong(unknown);
            Next();
            Expect(JsonTokenType.Number, $"{name} takes a number");
            double value = _reader.GetDouble();
            if (KnownNames.ComplaintOf(name, value) is { } complaint)
                throw Wrong(complaint);
            values[name] = value;
        }
        return values;
    }

    private List<IgnoreRule> Ignored()
    {
        var rules = new List<IgnoreRule>();
        Next();
        Expect(JsonTokenType.StartArray, "ignore takes a list of objects with id and reason");
        while (NextItem())
        {
            Expect(JsonTokenType.StartObject, "ignore takes a list of objects with id and reason");
            long begin = _reader.TokenStartIndex;
            string? id = null, reason = null, at = null;
            while (NextProperty() is { } name)
            {
                switch (name)
                {
                    case "id":
                        id = Text(name);
                        if (!KnownNames.Ids.Contains(id))
                            throw Wrong($"there is no finding {id}: there are {string.Join(", ", KnownNames.Ids)}");
                        break;
                    case "reason":
                        reason = Text(name);
                        break;
                    case "at":
                        at = Text(name);
                        break;
                    default:
                        throw Wrong($"'{name}' is nothing that ignore knows: it takes id, reason and at");
                }
            }
            if (string.IsNullOrWhiteSpace(id) || string.IsNullOrWhiteSpace(reason))
                throw Wrong("what is ignored needs an id and a reason", begin);
            rules.Add(new IgnoreRule(id, reason, at));
        }
        return rules;
    }

    private string Text(string name)
    {
        Next();
        Expect(JsonTokenType.String, $"{name} takes a text");
        return _reader.GetString()!;
    }

    private string? NextProperty()
    {
        Next();
        return _reader.TokenType == JsonTokenType.PropertyName ? _reader.GetString() : null;
    }

    private bool NextItem()
    {
        Next();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    private void Next()
    {
        if (!_reader.Read())
            throw Wrong("the file ends too early");
    }

    private readonly void Expect(JsonTokenType type, string what)
    {
        if (_reader.TokenType != type)
            throw Wrong(type == JsonTokenType.StartObject && what == "an object" ? "a settings file is one object" : what);
    }

    private readonly ToolFailure Wrong(string what, long? at = null)
    {
        int until = (int)Math.Min(at ?? _reader.TokenStartIndex, _bytes.Length);
        int line = 1 + _bytes.AsSpan(0, until).Count((byte)'\n');
        return new ToolFailure(ExitCode.ArgumentError, $"{_path}:{line}: {what}.");
    }
}
