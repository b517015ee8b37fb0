package main

import (
	"bytes"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"
)

// The little HTTP/1.1 that is spoken here, cheaper than net/http: the generator must not be the
// limit of what it measures.

var endOfHead = []byte("\r\n\r\n")

type stream struct {
	conn     net.Conn
	buffer   []byte
	from, to int
}

func newStream(conn net.Conn) *stream { return &stream{conn: conn, buffer: make([]byte, 32768)} }

func (s *stream) fill() error {
	if s.from > 0 && s.from == s.to {
		s.from, s.to = 0, 0
	}
	if s.to == len(s.buffer) {
		if s.from > 0 {
			copy(s.buffer, s.buffer[s.from:s.to])
			s.to -= s.from
			s.from = 0
		} else {
			s.buffer = append(s.buffer, make([]byte, len(s.buffer))...)
		}
	}
	n, err := s.conn.Read(s.buffer[s.to:])
	s.to += n
	return err
}

// until waits for `mark` and returns how far away it is.
func (s *stream) until(mark []byte) (int, error) {
	for {
		if i := bytes.Index(s.buffer[s.from:s.to], mark); i >= 0 {
			return i, nil
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

func (s *stream) take(n int) ([]byte, error) {
	for s.to-s.from < n {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	taken := s.buffer[s.from : s.from+n]
	s.from += n
	return taken, nil
}

// message reads one request or answer. The body is valid until the next read.
func (s *stream) message() (head string, body []byte, err error) {
	end, err := s.until(endOfHead)
	if err != nil {
		return "", nil, err
	}
	head = string(s.buffer[s.from : s.from+end])
	s.from += end + len(endOfHead)
	if length := header(head, "content-length"); length != "" {
		n, err := strconv.Atoi(length)
		if err != nil {
			return "", nil, err
		}
		body, err = s.take(n)
		return head, body, err
	}
	if header(head, "transfer-encoding") != "" {
		body, err = s.chunks()
	}
	return head, body, err
}

func (s *stream) chunks() ([]byte, error) {
	var whole []byte
	for {
		end, err := s.until(endOfHead[:2])
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(string(s.buffer[s.from:s.from+end]), ";")
		s.from += end + 2
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil {
			return nil, err
		}
		part, err := s.take(int(n) + 2)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return whole, nil
		}
		whole = append(whole, part[:n]...)
	}
}

func header(head, name string) string {
	for _, line := range strings.Split(head, "\r\n")[1:] {
		key, value, found := strings.Cut(line, ":")
		if found && strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// hook is one kept connection to the bot's webhook, as Telegram keeps several.
type hook struct {
	target, path, secret string
	conn                 net.Conn
	stream               *stream
}

// post delivers an update and returns the status; a connection that was closed is made anew once.
func (h *hook) post(body []byte) (int, error) {
	status, err := h.once(body)
	var refused *net.OpError
	if err != nil && !(errors.As(err, &refused) && refused.Op == "dial") {
		status, err = h.once(body)
	}
	return status, err
}

func (h *hook) once(body []byte) (int, error) {
	if h.conn == nil {
		conn, err := net.DialTimeout("tcp", h.target, 2*time.Second)
		if err != nil {
			return 0, err
		}
		h.conn, h.stream = conn, newStream(conn)
	}
	request := make([]byte, 0, len(body)+256)
	request = append(request, "POST "+h.path+" HTTP/1.1\r\nHost: "+h.target+"\r\nContent-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: "+h.secret+"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"...)
	request = append(request, body...)
	h.conn.SetDeadline(time.Now().Add(15 * time.Second))
	if _, err := h.conn.Write(request); err != nil {
		h.close()
		return 0, err
	}
	head, _, err := h.stream.message()
	if err != nil {
		h.close()
		return 0, err
	}
	if strings.EqualFold(header(head, "connection"), "close") {
		h.close()
	}
	words := strings.Fields(head)
	if len(words) < 2 {
		return 0, errors.New("no status line")
	}
	return strconv.Atoi(words[1])
}

func (h *hook) close() {
	if h.conn != nil {
		h.conn.Close()
		h.conn = nil
	}
}
