package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// The Bot API on loopback: answers every call with a result of the real shape, after the latency
// that was asked for, and tells whose call it was.

type callKind byte

const (
	aside   callKind = iota // nothing a newcomer sees
	toast                   // answerCallbackQuery
	sent                    // sendMessage
	changed                 // editMessageText
)

type call struct {
	newcomer int64
	kind     callKind
	message  int64
	at       time.Time
	body     []byte
}

type botAPI struct {
	latency  time.Duration
	onCall   func(call)
	queue    *queue
	messages atomic.Int64
	calls    atomic.Int64
	conns    atomic.Int64
	strays   atomic.Int64 // calls for nobody
	webhook  atomic.Value // what setWebhook said, as JSON
}

func (a *botAPI) serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			a.conns.Add(1)
			go a.talk(conn)
		}
	}()
	return nil
}

func (a *botAPI) talk(conn net.Conn) {
	defer conn.Close()
	stream := newStream(conn)
	for {
		head, body, err := stream.message()
		if err != nil {
			return
		}
		line := strings.Fields(head)
		if len(line) < 2 {
			return
		}
		path, query, _ := strings.Cut(line[1], "?")
		if len(body) == 0 {
			body = []byte(query)
		}
		result, c := a.dispatch(path[strings.LastIndexByte(path, '/')+1:], body)
		if c != nil {
			a.calls.Add(1)
			if a.latency > 0 {
				time.Sleep(a.latency)
			}
		}
		answer := append(make([]byte, 0, len(result)+160), "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: "...)
		answer = strconv.AppendInt(answer, int64(len(result)), 10)
		answer = append(answer, "\r\nConnection: keep-alive\r\n\r\n"...)
		answer = append(answer, result...)
		at := time.Now()
		if _, err := conn.Write(answer); err != nil {
			return
		}
		if c != nil && c.kind != aside {
			c.at, c.body = at, body
			a.onCall(*c)
		}
	}
}

const okay = `{"ok":true,"result":true}`

func (a *botAPI) dispatch(method string, body []byte) (string, *call) {
	switch method {
	case "answerCallbackQuery":
		id, found := number(body, "callback_query_id")
		a.stray(!found)
		return okay, &call{newcomer: id / 100, kind: toast}
	case "sendMessage", "editMessageText":
		id, found := number(body, "chat_id")
		a.stray(!found)
		c := &call{newcomer: id, kind: sent}
		if method == "editMessageText" {
			c.kind = changed
			c.message, _ = number(body, "message_id")
		} else {
			c.message = a.messages.Add(1)
		}
		return messageResult(c.message, id), c
	case "getMe":
		return `{"ok":true,"result":{"id":4242,"is_bot":true,"first_name":"Lotse","username":"lotse_bot","can_join_groups":false,"can_read_all_group_messages":false,"supports_inline_queries":false}}`, nil
	case "getUpdates":
		offset, _ := number(body, "offset")
		return a.queue.get(offset), nil
	case "setWebhook":
		a.remember(body)
		return okay, nil
	case "getWebhookInfo":
		if info, ok := a.webhook.Load().(string); ok {
			return info, nil
		}
		return `{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}`, nil
	case "setMyCommands", "deleteMyCommands":
		return okay, &call{kind: aside}
	case "deleteWebhook", "setMyName", "setMyDescription", "setMyShortDescription", "setChatMenuButton":
		return okay, nil
	}
	fmt.Fprintln(os.Stderr, "the stand-in does not know", method)
	return okay, nil
}

func (a *botAPI) stray(is bool) {
	if is {
		a.strays.Add(1)
	}
}

// remember keeps the webhook as it was set: bots look whether it still is.
func (a *botAPI) remember(body []byte) {
	var set struct {
		URL     string          `json:"url"`
		Allowed json.RawMessage `json:"allowed_updates"`
	}
	if json.Unmarshal(body, &set) == nil && len(set.Allowed) > 0 && set.Allowed[0] == '[' {
		a.webhook.Store(fmt.Sprintf(`{"ok":true,"result":{"url":%s,"has_custom_certificate":false,"pending_update_count":0,"allowed_updates":%s}}`, quoted(set.URL), set.Allowed))
	}
}

func messageResult(message, id int64) string {
	return fmt.Sprintf(`{"ok":true,"result":{"message_id":%d,"from":%s,"chat":{"id":%d,"first_name":"Test","last_name":"User","username":"user%d","type":"private"},"date":1790000000,"edit_date":1790000001,%s}}`, message, botUser, id, id, otherMessage)
}

// number finds an integer in a JSON, form or multipart body without decoding the whole.
func number(body []byte, name string) (int64, bool) {
	at := bytes.Index(body, []byte(name))
	if at < 0 {
		return 0, false
	}
	rest := body[at+len(name):]
	if bytes.HasPrefix(body, []byte("--")) {
		head := bytes.Index(rest, endOfHead)
		if head < 0 {
			return 0, false
		}
		rest = rest[head+len(endOfHead):]
	}
	start := bytes.IndexAny(rest, "0123456789")
	if start < 0 || start > 6 {
		return 0, false
	}
	end := start
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(string(rest[start:end]), 10, 64)
	return n, err == nil
}
