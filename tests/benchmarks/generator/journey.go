package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
)

// A journey is what one newcomer does from /start to the sent case, and what has to be answered.
// Lotse's own is written by tests/benchmarks/journey.py from the county's catalogues, that of the
// other bots by the reference they share.
type journey struct {
	Language string `json:"language"`
	Steps    []step `json:"steps"`
}

// One update. Text is written; otherwise a button is pressed: the one labelled Button on the
// newest message that has it; without one, or by impatient people, the one with Data.
type step struct {
	Text    string   `json:"text,omitempty"`
	Button  string   `json:"button,omitempty"`
	Data    string   `json:"data,omitempty"`
	Answers []answer `json:"answers"`
}

func (s step) isPress() bool { return s.Text == "" }

// One outgoing message or edit. Lines are parts of its text; all have to be in it.
type answer struct {
	Method string   `json:"method"`
	Lines  []string `json:"lines"`
}

// What the bot put on a newcomer's screen.
type shown struct {
	id   int64
	page *page
}

// What a message says. Bots say the same to many: pages are read once and shared.
type page struct {
	text    string
	rows    [][]button
	message string // the part of Telegram's message with text and buttons, as JSON
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

func readJourneys(path string) ([]journey, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var journeys []journey
	if err := json.Unmarshal(content, &journeys); err != nil {
		return nil, err
	}
	if len(journeys) == 0 {
		return nil, fmt.Errorf("%s has no journeys", path)
	}
	return journeys, nil
}

// needsReading: whether buttons are found by their label, so that calls have to be decoded.
func (j journey) needsReading() bool {
	for _, s := range j.Steps {
		if s.Button != "" {
			return true
		}
	}
	return false
}

// pages are what was read, by the body of the call from its text on: before it are only ids.
type pages struct {
	lock  sync.Mutex
	known map[string]*page
}

const mostPages = 10_000

func (p *pages) read(body []byte) (*page, error) {
	key := body[max(0, bytes.Index(body, []byte(`"text"`))):]
	p.lock.Lock()
	defer p.lock.Unlock()
	if found, ok := p.known[string(key)]; ok {
		return found, nil
	}
	read, err := readPage(body)
	if err == nil && len(p.known) < mostPages {
		p.known[string(key)] = read
	}
	return read, err
}

// readPage decodes the JSON body of a call.
func readPage(body []byte) (*page, error) {
	var call struct {
		Text   string          `json:"text"`
		Markup json.RawMessage `json:"reply_markup"`
	}
	if err := json.Unmarshal(body, &call); err != nil {
		return nil, err
	}
	markup := call.Markup
	if len(markup) > 0 && markup[0] == '"' { // some clients send it as text inside the JSON
		var text string
		if err := json.Unmarshal(markup, &text); err != nil {
			return nil, err
		}
		markup = json.RawMessage(text)
	}
	message := `"text":` + quoted(call.Text)
	var keyboard struct {
		Rows [][]button `json:"inline_keyboard"`
	}
	if len(markup) > 0 && !bytes.Equal(markup, []byte("null")) {
		if err := json.Unmarshal(markup, &keyboard); err != nil {
			return nil, err
		}
		message += `,"reply_markup":` + string(markup)
	}
	return &page{call.Text, keyboard.Rows, message}, nil
}

// tells: whether all lines are in the text of the message.
func (a answer) tells(text string) bool {
	for _, line := range a.Lines {
		if !strings.Contains(text, line) {
			return false
		}
	}
	return true
}

// find returns the newest message with a button of that label, and the button's data.
func find(screen []shown, label string) (shown, string, bool) {
	for i := len(screen) - 1; i >= 0; i-- {
		for _, row := range screen[i].page.rows {
			for _, b := range row {
				if b.Text == label {
					return screen[i], b.Data, true
				}
			}
		}
	}
	return shown{}, "", false
}
