module gmptrace/bench

go 1.23
