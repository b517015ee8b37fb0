package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// Newcomers in a closed loop: the next update of one goes out when the last was acknowledged and
// everything it has to be answered with has arrived. Who is through makes place for a new one.

const (
	patience     = 8 * time.Second
	rushPatience = 5 * time.Second // after the last acknowledgement
)

type event struct {
	acked  bool
	status int
	call   call
	shown  shown
	err    error
	at     time.Time
}

type newcomer struct {
	id      int64
	journey *journey
	reading bool
	events  chan event
	screen  []shown
}

type crowd struct {
	hook      hook // how the webhook is reached; each newcomer's place has a connection of its own
	queue     *queue
	polled    bool
	journeys  []journey
	think     time.Duration
	impatient bool    // nobody waits for answers: the next update goes out when the last was acknowledged
	rate      float64 // journeys begun a second; 0: as soon as there is a place
	places    int
	stop      chan struct{}
	people    sync.Map
	pages     pages
	lastID    atomic.Int64
	lastUp    atomic.Int64
	recording atomic.Bool
	counts    counts
	times     times
}

type counts struct {
	updates, journeys, wrong, disorder, late, refused atomic.Int64
}

// onCall gives a call of the bot to whom it concerns.
func (c *crowd) onCall(made call) {
	found, ok := c.people.Load(made.newcomer)
	if !ok {
		return
	}
	one := found.(*newcomer)
	e := event{call: made, at: made.at}
	if made.kind != toast {
		if one.reading {
			e.shown.page, e.err = c.pages.read(made.body)
		} else {
			e.shown.page = &page{text: string(made.body)}
		}
		e.shown.id = made.message
	}
	e.call.body = nil
	one.events <- e
}

func (c *crowd) arrive() *newcomer {
	id := c.lastID.Add(1)
	j := &c.journeys[int(id)%len(c.journeys)]
	one := &newcomer{id: id, journey: j, reading: j.needsReading(), events: make(chan event, 256)}
	c.people.Store(id, one)
	return one
}

// place is taken by one newcomer after the other until the load is stopped.
func (c *crowd) place(number int) {
	h := c.hook
	defer h.close()
	if !c.pause(time.Duration(number) * time.Millisecond) {
		return
	}
	var interval time.Duration
	if c.rate > 0 {
		interval = time.Duration(float64(c.places) / c.rate * float64(time.Second))
	}
	next := time.Now().Add(interval * time.Duration(number) / time.Duration(c.places))
	for c.pause(time.Until(next)) {
		one := c.arrive()
		if c.impatient && c.rush(one, &h) || !c.impatient && c.walk(one, &h) {
			c.counts.journeys.Add(1)
		}
		c.people.Delete(one.id)
		if interval > 0 {
			next = next.Add(interval)
		}
	}
}

// pause waits, and tells whether the load goes on.
func (c *crowd) pause(d time.Duration) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-c.stop:
		return false
	default:
	}
	select {
	case <-timer.C:
		return true
	case <-c.stop:
		return false
	}
}

// walk does the whole journey; false if it could not be finished.
func (c *crowd) walk(one *newcomer, h *hook) bool {
	for number, s := range one.journey.Steps {
		if number > 0 && c.think > 0 && !c.pause(c.think) {
			return false
		}
		if !c.step(one, h, number, s) {
			return false
		}
	}
	return true
}

func (c *crowd) step(one *newcomer, h *hook, number int, s step) bool {
	on, data, ok := one.choose(number, s)
	if !ok {
		c.counts.wrong.Add(1)
		return false
	}
	began := time.Now()
	body := c.update(one, number, s, on, data)
	delivered := make(chan struct{})
	go func() { c.deliver(one, h, body); close(delivered) }()
	acked, first, last, done := c.await(one, s)
	if done {
		c.counts.updates.Add(1)
		if c.recording.Load() {
			c.times.add(acked.Sub(began), first.Sub(began), last.Sub(began))
		}
	}
	<-delivered
	return done
}

// update makes the body of a step with the next id, when it is asked for.
func (c *crowd) update(one *newcomer, number int, s step, on shown, data string) func() (int64, []byte) {
	return func() (int64, []byte) {
		id := c.lastUp.Add(1)
		if s.isPress() {
			return id, pressed(id, one.id, one.journey.Language, number, on, data)
		}
		return id, written(id, one.id, int64(5+number), one.journey.Language, s.Text)
	}
}

// rush does the whole journey without waiting for answers; they have to come whole and in order.
func (c *crowd) rush(one *newcomer, h *hook) bool {
	var wanted []answer
	for _, s := range one.journey.Steps {
		wanted = append(wanted, s.Answers...)
	}
	got := 0
	for number, s := range one.journey.Steps {
		on := shown{id: int64(1000 + number)}
		c.deliver(one, h, c.update(one, number, s, on, s.Data))
		for waiting := true; waiting; {
			select {
			case e := <-one.events:
				if !c.follow(one, e, wanted, &got) {
					return false
				}
			default:
				waiting = false
			}
		}
		c.counts.updates.Add(1)
	}
	timeout := time.NewTimer(rushPatience)
	defer timeout.Stop()
	for got < len(wanted) {
		select {
		case e := <-one.events:
			if !c.follow(one, e, wanted, &got) {
				return false
			}
		case <-timeout.C:
			c.counts.late.Add(1)
			return false
		case <-c.stop:
			return false
		}
	}
	return true
}

// follow takes one event of a rush; false ends the journey.
func (c *crowd) follow(one *newcomer, e event, wanted []answer, got *int) bool {
	switch {
	case e.acked && e.status != 200:
		c.counts.refused.Add(1)
		return false
	case e.acked || e.call.kind == toast:
		return true
	case one.takes(e, wanted[*got:]):
		*got++
		return true
	}
	for _, another := range wanted {
		if e.err == nil && another.tells(e.shown.page.text) {
			c.counts.disorder.Add(1)
			return false
		}
	}
	c.counts.wrong.Add(1)
	return false
}

// choose finds what to press.
func (n *newcomer) choose(number int, s step) (shown, string, bool) {
	if !s.isPress() {
		return shown{}, "", true
	}
	if s.Button == "" {
		return shown{id: int64(1000 + number)}, s.Data, true
	}
	return find(n.screen, s.Button)
}

func (c *crowd) deliver(one *newcomer, h *hook, body func() (int64, []byte)) {
	status, at := 200, time.Now()
	if c.polled {
		c.queue.add(body)
	} else {
		_, update := body()
		status, _ = h.post(update)
		at = time.Now()
	}
	one.events <- event{acked: true, status: status, at: at}
}

// await returns when the update was acknowledged and when the last answer came.
func (c *crowd) await(one *newcomer, s step) (acked, first, last time.Time, done bool) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	missing, unspun := s.Answers, s.isPress()
	for acked.IsZero() || unspun || len(missing) > 0 {
		select {
		case e := <-one.events:
			switch {
			case e.acked && e.status != 200:
				c.counts.refused.Add(1)
				return acked, first, last, false
			case e.acked:
				acked = e.at
				continue
			case e.call.kind == toast:
				unspun = false
			default:
				if !one.takes(e, missing) {
					c.counts.wrong.Add(1)
					return acked, first, last, false
				}
				missing = missing[1:]
				if first.IsZero() {
					first = e.at
				}
			}
			if e.at.After(last) {
				last = e.at
			}
		case <-timeout.C:
			c.counts.late.Add(1)
			return acked, first, last, false
		case <-c.stop:
			return acked, first, last, false
		}
	}
	return acked, first, last, true
}

// takes puts a message on the screen and tells whether it is the next one to be expected.
func (n *newcomer) takes(e event, missing []answer) bool {
	if e.err != nil || len(missing) == 0 {
		return false
	}
	if n.reading {
		n.show(e)
	}
	method := "sendMessage"
	if e.call.kind == changed {
		method = "editMessageText"
	}
	wanted := missing[0]
	return (wanted.Method == "" || wanted.Method == method) && wanted.tells(e.shown.page.text)
}

// show keeps the screen in the order of last change, as the newest button is pressed.
func (n *newcomer) show(e event) {
	for i, old := range n.screen {
		if old.id == e.shown.id {
			n.screen = append(n.screen[:i], n.screen[i+1:]...)
			break
		}
	}
	n.screen = append(n.screen, e.shown)
}
