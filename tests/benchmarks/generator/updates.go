package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Updates as Telegram makes them: a private chat, a user with a language, and in a press the
// message with its buttons as Telegram sends it back.

const otherMessage = `"text":"STEP00 Question text of the previous step, about eighty characters long.","reply_markup":{"inline_keyboard":[[{"text":"Answer one","callback_data":"x:a"},{"text":"Answer two","callback_data":"x:b"}],[{"text":"Answer three","callback_data":"x:c"},{"text":"Back","callback_data":"x:d"}]]}`

const botUser = `{"id":4242,"is_bot":true,"first_name":"Lotse","username":"lotse_bot"}`

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func person(id int64, language string) (from, chat string) {
	from = fmt.Sprintf(`{"id":%d,"is_bot":false,"first_name":"Test","last_name":"User","username":"user%d","language_code":"%s"}`, id, id, language)
	chat = fmt.Sprintf(`{"id":%d,"first_name":"Test","last_name":"User","username":"user%d","type":"private"}`, id, id)
	return from, chat
}

// written is an update with a text; a command is marked as one.
func written(update, id, message int64, language, text string) []byte {
	from, chat := person(id, language)
	entities := ""
	if strings.HasPrefix(text, "/") {
		command, _, _ := strings.Cut(text, " ")
		entities = fmt.Sprintf(`,"entities":[{"offset":0,"length":%d,"type":"bot_command"}]`, len(command))
	}
	return []byte(fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s%s}}`,
		update, message, from, chat, time.Now().Unix(), quoted(text), entities))
}

// pressed is an update with a press of the button with `data` on `on`.
func pressed(update, id int64, language string, number int, on shown, data string) []byte {
	from, chat := person(id, language)
	message := otherMessage
	if on.page != nil {
		message = on.page.message
	}
	now := time.Now().Unix()
	return []byte(fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%s","from":%s,"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,%s},"chat_instance":"-1234567890123456789","data":%s}}`,
		update, queryID(id, number), from, on.id, botUser, chat, now, message, quoted(data)))
}

// The id of a press carries the newcomer, so that its answer can be given to them.
func queryID(id int64, number int) string { return strconv.FormatInt(id*100+int64(number), 10) }
