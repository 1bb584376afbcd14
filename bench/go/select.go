package main

// Every row stands here twice: Go has one form of select, bench/Gmp has one that is made before the loop and a short one.
func init() {
	for _, form := range []string{"made-once", "in-place"} {
		rows = append(rows,
			row{"select2", form, "ns", 200_000, select2},
			row{"select4", form, "ns", 200_000, select4},
			row{"selectdefault", form, "ns", 2_000_000, selectDefault},
			row{"selectblock", form, "ns", 100_000, selectBlock},
			row{"selectsend", form, "ns", 200_000, selectSend},
		)
	}
}

func produce(n int) chan int {
	ch := make(chan int)
	go func() {
		for range n {
			ch <- 1
		}
	}()
	return ch
}

func checkSelected(got, want int) {
	if got != want {
		panic("select lost a value")
	}
}

// select2 receives n values from two producers.
func select2(n int) {
	a, b := produce(n/2), produce(n/2)
	sum := 0
	for range n {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		}
	}
	checkSelected(sum, n)
}

// select4 receives n values from four producers.
func select4(n int) {
	a, b, c, d := produce(n/4), produce(n/4), produce(n/4), produce(n/4)
	sum := 0
	for range n {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		case v := <-c:
			sum += v
		case v := <-d:
			sum += v
		}
	}
	checkSelected(sum, n)
}

// selectDefault looks n times at two channels on which nothing happens.
func selectDefault(n int) {
	a, b := make(chan int), make(chan int)
	sum := 0
	for range n {
		select {
		case v := <-a:
			sum -= v
		case v := <-b:
			sum -= v
		default:
			sum++
		}
	}
	checkSelected(sum, n)
}

// selectBlock waits n times on two channels of which one is answered: a round trip each.
func selectBlock(n int) {
	ask, answer, never := make(chan int), make(chan int), make(chan int)
	go func() {
		for v := range ask {
			answer <- v
		}
	}()
	sum := 0
	for range n {
		ask <- 1
		select {
		case v := <-answer:
			sum += v
		case v := <-never:
			sum -= v
		}
	}
	close(ask)
	checkSelected(sum, n)
}

// selectSend stands between a producer and a consumer: n sends and receives, whichever can happen.
func selectSend(n int) {
	in, out, total := produce(n/2), make(chan int), make(chan int)
	go func() {
		sum := 0
		for range n / 2 {
			sum += <-out
		}
		total <- sum
	}()
	received := 0
	for range n {
		select {
		case v := <-in:
			received += v
		case out <- 1:
		}
	}
	checkSelected(received+<-total, n)
}
