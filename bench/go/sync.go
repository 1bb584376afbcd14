package main

import "sync"

var syncRows = []row{
	{"mutex", "free", "ns", 2_000_000, mutex},
	{"mutexcontended", "g=10", "ns", 1_000_000, func(n int) { mutexContended(n, 10) }},
	{"rwmutex", "reads=99%", "ns", 1_000_000, func(n int) { rwMutex(n, 10) }},
}

// mutex locks and unlocks a mutex that nobody else wants, n times.
func mutex(n int) {
	var mutex sync.Mutex
	sum := 0
	for i := range n {
		mutex.Lock()
		sum += i
		mutex.Unlock()
	}
	if sum != n*(n-1)/2 {
		panic("mutex lost a count")
	}
}

// mutexContended has g goroutines count to n together under one mutex.
func mutexContended(n, g int) {
	var mutex sync.Mutex
	var wg sync.WaitGroup
	count := 0
	wg.Add(g)
	for range g {
		go func() {
			for range n / g {
				mutex.Lock()
				count++
				mutex.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	if count != n {
		panic("mutexContended lost a count")
	}
}

// rwMutex has g goroutines read a map n times in all, and write to it every hundredth time.
func rwMutex(n, g int) {
	var mutex sync.RWMutex
	var wg sync.WaitGroup
	m := map[int]int{}
	wg.Add(g)
	for range g {
		go func() {
			for k := range n / g {
				if k%100 == 0 {
					mutex.Lock()
					m[k%1000] = k
					mutex.Unlock()
				} else {
					mutex.RLock()
					_ = m[k%1000]
					mutex.RUnlock()
				}
			}
			wg.Done()
		}()
	}
	wg.Wait()
	if len(m) != 10 {
		panic("rwMutex lost a write")
	}
}
