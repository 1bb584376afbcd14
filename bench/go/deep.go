package main

// deep makes n/2 calls that go down depth levels and there wait twice, for a send and for a receive; a hop is half of that.
func deep(n, depth int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v
		}
		close(back)
	}()
	for i := range n / 2 {
		if descend(depth, there, back, i) != i {
			panic("deep got another value")
		}
	}
	close(there)
	<-back
}

//go:noinline
func descend(depth int, there chan<- int, back <-chan int, v int) int {
	if depth > 0 {
		return descend(depth-1, there, back, v)
	}
	there <- v
	return <-back
}
