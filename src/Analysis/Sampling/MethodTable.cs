namespace Gmp.Analysis.Sampling;

/// <summary>A piece of machine code that the runtime made of a method. A method has several while it is compiled better and better.</summary>
/// <param name="Start">Where the code begins.</param>
/// <param name="Size">How long it is, bytes.</param>
/// <param name="Module">The runtime's id for the module.</param>
/// <param name="Token">The method's metadata token; 0 for a method that has none.</param>
/// <param name="Type">The full name of its type, as the runtime tells it.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Map">Where its code comes from, or null: code that was compiled ahead of time has no map.</param>
internal sealed record MethodCode(ulong Start, uint Size, ulong Module, int Token, string Type, string Name, ILMap? Map);

/// <summary>Finds the method that an address lies in.</summary>
internal sealed class MethodTable
{
    private readonly List<MethodCode> _methods = [];
    private bool _isSorted = true;

    /// <summary>How many pieces of code.</summary>
    public int Count => _methods.Count;

    /// <summary>Adds one; of two at the same address the later is the truth.</summary>
    public void Add(MethodCode method)
    {
        _methods.Add(method);
        _isSorted = false;
    }

    /// <summary>The method whose code holds the address, or null.</summary>
    public MethodCode? Find(ulong address)
    {
        if (!_isSorted)
        {
            // OrderBy keeps the order of equal ones, which Sort does not.
            var sorted = _methods.OrderBy(m => m.Start).ToList();
            _methods.Clear();
            _methods.AddRange(sorted);
            _isSorted = true;
        }
        int low = 0, high = _methods.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_methods[middle].Start > address)
                high = middle;
            else
                low = middle + 1;
        }
        return low > 0 && address - _methods[low - 1].Start < _methods[low - 1].Size ? _methods[low - 1] : null;
    }
}
