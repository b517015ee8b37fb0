package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// What it took: times of answers, and processor time and memory from /proc.

type times struct {
	lock               sync.Mutex
	acked, first, last []float64
}

func (t *times) add(acked, first, last time.Duration) {
	t.lock.Lock()
	t.acked = append(t.acked, acked.Seconds()*1000)
	t.first = append(t.first, first.Seconds()*1000)
	t.last = append(t.last, last.Seconds()*1000)
	t.lock.Unlock()
}

// percentile in milliseconds; -1 without values.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return -1
	}
	slices.Sort(values)
	return rounded(values[min(int(float64(len(values))*p/100), len(values)-1)])
}

func rounded(value float64) float64 { return float64(int64(value*1000+0.5)) / 1000 }

// tree lists the processes below `roots`, with them.
func tree(roots []int) []int {
	children := map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			if f := stat(pid); len(f) > 1 {
				parent, _ := strconv.Atoi(f[1])
				children[parent] = append(children[parent], pid)
			}
		}
	}
	var found []int
	for queue := roots; len(queue) > 0; queue = queue[1:] {
		found = append(found, queue[0])
		queue = append(queue, children[queue[0]]...)
	}
	return found
}

// stat returns the fields after the process's name.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(b[strings.LastIndexByte(string(b), '('):]), ") ")
	return strings.Fields(rest)
}

// cpuSeconds is the processor time, user and system, of the trees below `roots`.
func cpuSeconds(roots []int) float64 {
	ticks := 0.0
	for _, pid := range tree(roots) {
		if f := stat(pid); len(f) > 12 {
			user, _ := strconv.ParseFloat(f[11], 64)
			system, _ := strconv.ParseFloat(f[12], 64)
			ticks += user + system
		}
	}
	return ticks / 100
}

// memory is the proportional set size in MiB of the trees below `roots`.
func memory(roots []int) float64 {
	kib := 0.0
	for _, pid := range tree(roots) {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for _, line := range strings.Split(string(b), "\n") {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "Pss:" {
				v, _ := strconv.ParseFloat(f[1], 64)
				kib += v
			}
		}
	}
	return rounded(kib / 1024)
}

func ownSeconds() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
