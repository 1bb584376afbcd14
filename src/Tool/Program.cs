using Gmp.Tool.Commands;
using Gmp.Tool.Stdio;
using Gmp.Tool.Targets;

return ToolCommand.Run(args, new ToolContext(new ProcessStdio(), new ProcessTable()));
