// grammY with its session plugin in Redis and webhookCallback on node:http, as its guide shows.
// The journey is that of reference.py: ten updates, the reply to update k carries STEPkk.
const fs = require("node:fs");
const http = require("node:http");
const { Bot, InlineKeyboard, session, webhookCallback } = require("grammy");
const { RedisAdapter } = require("@grammyjs/storage-redis");
const { Redis } = require("ioredis");

const { BENCH_TOKEN, BENCH_API, BENCH_PORT, BENCH_SECRET, BENCH_DATA, BENCH_REDIS } = process.env;
const EXPECTED = ["lang", "priv", "topic", "q1", "q2", "q3", "q4", "human", "human"];
const KEYS = ["lang", "privacy", "topic", "q1", "q2", "q3", "q4", "human", "confirm"];
const STEPS = EXPECTED.length + 1;

const text = (step) =>
  `STEP${String(step).padStart(2, "0")} Question text of the previous step, about eighty characters long.`;

const keyboard = (step) => {
  const prefix = EXPECTED[step - 1] ?? "end";
  return new InlineKeyboard()
    .text("Answer one", `${prefix}:a`).text("Answer two", `${prefix}:b`).row()
    .text("Answer three", `${prefix}:c`).text("Back", `${prefix}:d`);
};

const KEYBOARDS = Array.from({ length: STEPS + 1 }, (_, step) => keyboard(step));
const cases = fs.createWriteStream(`${BENCH_DATA}/cases.jsonl`, { flags: "a" });

const bot = new Bot(BENCH_TOKEN, {
  client: { apiRoot: BENCH_API },
  botInfo: {
    id: 4242, is_bot: true, first_name: "Lotse", username: "lotse_bot",
    can_join_groups: false, can_read_all_group_messages: false, supports_inline_queries: false,
  },
});

const storage = new RedisAdapter({ instance: new Redis(BENCH_REDIS) });
bot.use(session({ initial: () => ({ step: 0, answers: {} }), storage }));

bot.command("start", async (ctx) => {
  ctx.session = { step: 1, answers: {} };
  await ctx.reply(text(1), { reply_markup: KEYBOARDS[1] });
});

bot.on("callback_query:data", async (ctx) => {
  const { step, answers } = ctx.session;
  const data = ctx.callbackQuery.data;
  await ctx.answerCallbackQuery();
  if (!(step > 0 && step < STEPS && data.startsWith(`${EXPECTED[step - 1]}:`))) return;
  answers[KEYS[step - 1]] = data;
  ctx.session.step = step + 1;
  if (step + 1 === STEPS) cases.write(`${JSON.stringify({ user: ctx.from.id, ...answers })}\n`);
  await ctx.editMessageText(text(step + 1), { reply_markup: KEYBOARDS[step + 1] });
});

const handle = webhookCallback(bot, "http", { secretToken: BENCH_SECRET });
http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end();
  });
}).listen(Number(BENCH_PORT), "127.0.0.1");
bot.api.setWebhook(`http://127.0.0.1:${BENCH_PORT}/webhook`, { secret_token: BENCH_SECRET })
  .catch((error) => console.error(error));
