using System.Globalization;
using Gmp;
using static Gmp.Goroutine;

// What schedulers seldom do, again and again for some seconds: a recording of it must break no rule. The arguments are the seconds and the model.
var seconds = TimeSpan.FromSeconds(double.Parse(args[0], CultureInfo.InvariantCulture));
var model = args.Contains("gm") ? SchedulerModel.GM : SchedulerModel.GMP;
var end = DateTime.UtcNow + seconds;
Scheduler.Run(
    async () =>
    {
        var mine = Scheduler.Current!;
        for (int round = 0; DateTime.UtcNow < end; round++)
        {
            var all = new WaitGroup();
            foreach (var corner in Corners.All)
            {
                all.Add(1);
                Go(async () =>
                {
                    try
                    {
                        await corner();
                    }
                    finally
                    {
                        all.Done();
                    }
                }, corner.Method.Name);
            }
            if (model == SchedulerModel.GMP)
                mine.SetProcessors(1 + (round % 4));
            await all.Wait();
        }
    },
    new SchedulerOptions { Processors = 3, Model = model, SliceDuration = TimeSpan.FromMilliseconds(2), UnhandledException = _ => { } });
