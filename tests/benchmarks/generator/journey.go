package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A journey is what one newcomer does from /start to the sent case, and what has to be answered.
// Lotse's own is written by tests/benchmarks/journey.py from the county's catalogues, that of the
// other bots by the reference they share.
type journey struct {
	Language string `json:"language"`
	Steps    []step `json:"steps"`
}

// One update. Text is written; otherwise a button is pressed: the one labelled Button on the
// newest message that has it, or the one whose data is Data whatever is on the screen.
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
	id     int64
	text   string
	markup json.RawMessage
	rows   [][]button
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

// read decodes the body of a call; only JSON bodies are read, others are searched as they are.
func read(body []byte) (shown, error) {
	var call struct {
		Text   string          `json:"text"`
		Markup json.RawMessage `json:"reply_markup"`
	}
	if err := json.Unmarshal(body, &call); err != nil {
		return shown{}, err
	}
	markup := call.Markup
	if len(markup) > 0 && markup[0] == '"' { // some clients send it as text inside the JSON
		var text string
		if err := json.Unmarshal(markup, &text); err != nil {
			return shown{}, err
		}
		markup = json.RawMessage(text)
	}
	var keyboard struct {
		Rows [][]button `json:"inline_keyboard"`
	}
	if len(markup) > 0 && !bytes.Equal(markup, []byte("null")) {
		if err := json.Unmarshal(markup, &keyboard); err != nil {
			return shown{}, err
		}
	}
	return shown{text: call.Text, markup: markup, rows: keyboard.Rows}, nil
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
		for _, row := range screen[i].rows {
			for _, b := range row {
				if b.Text == label {
					return screen[i], b.Data, true
				}
			}
		}
	}
	return shown{}, "", false
}
