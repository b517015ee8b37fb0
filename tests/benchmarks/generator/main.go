// Command generator puts a Telegram bot under load: newcomers, and the Bot API they talk through.
//
// It starts the bot named after `--`, waits for its first answer, measures, ends it, and prints
// one line of JSON. Every answer is checked against the journey, in order.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type options struct {
	target, path, secret, api, journeys, mode, database string
	latency, duration, warmUp, think, ready             time.Duration
	places                                              int
	rate                                                float64
	impatient                                           bool
}

func readOptions() options {
	var o options
	flag.StringVar(&o.target, "target", "127.0.0.1:8081", "the bot's webhook, host:port")
	flag.StringVar(&o.path, "path", "/webhook", "its path")
	flag.StringVar(&o.secret, "secret", "", "what the secret header says")
	flag.StringVar(&o.api, "api", "127.0.0.1:8082", "where the Bot API listens")
	flag.StringVar(&o.journeys, "journeys", "", "file with the journeys")
	flag.StringVar(&o.mode, "mode", "webhook", "webhook or poll")
	flag.StringVar(&o.database, "database", "", "process ids of the database, separated by commas")
	flag.DurationVar(&o.latency, "latency", 0, "how long each call takes")
	flag.DurationVar(&o.duration, "duration", 5*time.Second, "measured time")
	flag.DurationVar(&o.warmUp, "warm-up", 2*time.Second, "time before")
	flag.DurationVar(&o.think, "think", 0, "between an answer and the next update of a newcomer")
	flag.DurationVar(&o.ready, "ready", 40*time.Second, "how long the first answer may take")
	flag.IntVar(&o.places, "newcomers", 32, "newcomers at once")
	flag.BoolVar(&o.impatient, "impatient", false, "send the next update without waiting for answers")
	flag.Float64Var(&o.rate, "rate", 0, "journeys begun a second; 0: one after the other")
	flag.Parse()
	return o
}

func main() {
	runtime.GOMAXPROCS(1) // it has one core, beside that of the bot
	debug.SetGCPercent(800)
	o := readOptions()
	result, err := run(o, flag.Args())
	if err != nil {
		result = map[string]any{"error": err.Error()}
	}
	line, _ := json.Marshal(result)
	fmt.Println(string(line))
	if err != nil {
		os.Exit(1)
	}
}

func run(o options, command []string) (map[string]any, error) {
	journeys, err := readJourneys(o.journeys)
	if err != nil {
		return nil, err
	}
	api := &botAPI{latency: o.latency, queue: newQueue()}
	c := &crowd{
		hook: hook{target: o.target, path: o.path, secret: o.secret}, queue: api.queue, polled: o.mode == "poll",
		journeys: journeys, think: o.think, rate: o.rate, impatient: o.impatient, places: o.places, stop: make(chan struct{}),
		pages: pages{known: map[string]*page{}},
	}
	c.lastID.Store(1_000_000 + time.Now().UnixMilli()%1_000_000_000*1000)
	c.lastUp.Store(100_000_000)
	api.onCall = c.onCall
	if err := api.serve(o.api); err != nil {
		return nil, err
	}
	began := time.Now()
	bot, err := start(command)
	if err != nil {
		return nil, err
	}
	defer bot.end()
	if !c.answered(began, o.ready) {
		return nil, fmt.Errorf("no answer within %s", o.ready)
	}
	return c.measure(o, api, bot.pid(), time.Since(began)), nil
}

// answered waits for the answer to a first update: that is when a bot has started.
func (c *crowd) answered(began time.Time, patience time.Duration) bool {
	h := c.hook
	defer h.close()
	for time.Since(began) < patience {
		if !c.polled {
			conn, err := net.DialTimeout("tcp", h.target, 200*time.Millisecond)
			if err != nil {
				time.Sleep(5 * time.Millisecond)
				continue
			}
			conn.Close()
		}
		one := c.arrive()
		done := c.step(one, &h, 0, one.journey.Steps[0])
		c.people.Delete(one.id)
		if done {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

func (c *crowd) measure(o options, api *botAPI, bot int, startUp time.Duration) map[string]any {
	database := pids(o.database)
	before := memory([]int{bot})
	c.counts = counts{}
	var everybody sync.WaitGroup
	for i := range o.places {
		everybody.Add(1)
		go func() { defer everybody.Done(); c.place(i) }()
	}
	time.Sleep(o.warmUp)
	c.recording.Store(true)
	botCPU, databaseCPU, ownCPU := cpuSeconds([]int{bot}), cpuSeconds(database), ownSeconds()
	updates, calls, began := c.counts.updates.Load(), api.calls.Load(), time.Now()
	time.Sleep(o.duration)
	seconds := time.Since(began).Seconds()
	botCPU, databaseCPU, ownCPU = cpuSeconds([]int{bot})-botCPU, cpuSeconds(database)-databaseCPU, ownSeconds()-ownCPU
	done, made := float64(c.counts.updates.Load()-updates), float64(api.calls.Load()-calls)
	c.recording.Store(false)
	close(c.stop)
	everybody.Wait()
	c.times.lock.Lock()
	defer c.times.lock.Unlock()
	each := max(done, 1)
	return map[string]any{
		"updates_s": rounded(done / seconds), "calls_s": rounded(made / seconds),
		"ack_p50_ms": percentile(c.times.acked, 50), "ack_p99_ms": percentile(c.times.acked, 99),
		"first_p50_ms": percentile(c.times.first, 50), "first_p99_ms": percentile(c.times.first, 99),
		"last_p50_ms": percentile(c.times.last, 50), "last_p99_ms": percentile(c.times.last, 99),
		"cpu_ms": rounded(botCPU * 1000 / each), "database_cpu_ms": rounded(databaseCPU * 1000 / each),
		"generator_cpu_ms": rounded(ownCPU * 1000 / each),
		"memory_start_mib": before, "memory_end_mib": memory([]int{bot}), "start_up_s": rounded(startUp.Seconds()),
		"wrong": c.counts.wrong.Load(), "disorder": c.counts.disorder.Load(), "late": c.counts.late.Load(), "refused": c.counts.refused.Load(), "strays": api.strays.Load(),
		"updates": c.counts.updates.Load(), "journeys": c.counts.journeys.Load(), "connections": api.conns.Load(),
	}
}

func pids(list string) []int {
	var found []int
	for _, word := range strings.Split(list, ",") {
		if pid, err := strconv.Atoi(word); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

// process is the bot; it writes where the generator's errors go.
type process struct{ command *exec.Cmd }

func start(command []string) (process, error) {
	if len(command) == 0 {
		return process{}, fmt.Errorf("no bot is named")
	}
	p := process{exec.Command(command[0], command[1:]...)}
	p.command.Stdout, p.command.Stderr = os.Stderr, os.Stderr
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return p, p.command.Start()
}

func (p process) pid() int { return p.command.Process.Pid }

// end asks the bot to end, and makes it after ten seconds.
func (p process) end() {
	syscall.Kill(-p.pid(), syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { p.command.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		syscall.Kill(-p.pid(), syscall.SIGKILL)
		<-ended
	}
}
