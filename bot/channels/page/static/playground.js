// Sends the page's forms without leaving it and shows the chat again when it changed.
// Without this script the forms still work; the page is then loaded anew each time.
(() => {
  "use strict";
  const chat = document.getElementById("chat");
  const words = document.getElementById("words");
  const fault = document.getElementById("fault");
  const address = (path) => `${path}?telephone=${encodeURIComponent(chat.dataset.telephone)}`;

  // --- the chat: what stays is left alone, so that focus and reading place stay too ---

  // The message a person's own doing led to stays at the top while more follow it.
  const FOLLOWING = 2000;
  let top = null;
  let acted = -Infinity;

  // Who scrolled away from where we put them is reading and stays there.
  let placed = 0;
  const nearEnd = () => chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  const isReading = () => Math.abs(chat.scrollTop - placed) > 4 && !nearEnd();
  const place = (height) => { chat.scrollTop = height; placed = chat.scrollTop; };

  // What the server sent is compared, not the page, which extensions may have changed.
  let served = new Map([...chat.children].map((one) => [one.id, one.outerHTML]));

  const put = (one, at) => {
    const old = document.getElementById(one.id);
    if (old) old.replaceWith(one);
    else chat.insertBefore(one, chat.children[at] ?? null);
  };

  const show = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    const wanted = [...template.content.children];
    const fresh = wanted.filter((one) => served.get(one.id) !== one.outerHTML);
    served = new Map(wanted.map((one) => [one.id, one.outerHTML]));
    const following = performance.now() - acted < FOLLOWING;
    const reading = isReading();
    const focused = chat.contains(document.activeElement) && document.activeElement !== chat;
    [...chat.children].filter((one) => !served.has(one.id)).forEach((gone) => gone.remove());
    wanted.forEach((one, at) => { if (fresh.includes(one)) put(one, at); });
    const [first] = fresh.filter((one) => one.matches(".bubble"));
    if (first === undefined) return;
    if (!following || top === null || !top.isConnected) top = first;
    if (!reading) place(top.offsetTop - 12);
    if (focused && !chat.contains(document.activeElement)) top.focus({ preventScroll: true });
  };

  let asking = false;
  let again = false;

  const refresh = async () => {
    again = true;
    if (asking) return;
    asking = true;
    try {
      while (again) {
        again = false;
        const answer = await fetch(address("/playground/chat"));
        if (answer.ok) show(await answer.text());
      }
    } finally {
      asking = false;
    }
  };

  // --- what the newcomer does -------------------------------------------------------

  const send = async (form, submitter) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "playground" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".another")) return;
    event.preventDefault();
    fault.textContent = "";
    acted = performance.now();
    top = null;
    placed = chat.scrollTop; // Who does something wants to see what comes of it.
    const writing = form.matches(".writing");
    const written = words.value;
    try {
      const sending = send(form, event.submitter);
      if (writing) write("");
      await sending;
      await refresh();
    } catch {
      fault.textContent = fault.dataset.text;
      if (writing && !words.value) write(written);
    }
  });

  // An empty field waits on the side where the telephone's language begins.
  const turn = () => { words.dir = words.value ? "auto" : words.dataset.empty; };
  const write = (text) => { words.value = text; turn(); };
  words.addEventListener("input", turn);
  turn();

  // --- what arrives by itself ---------------------------------------------------------

  // A browser opens few connections to one server: a page nobody sees gives its own back.
  let events = null;

  const listen = () => {
    if (document.hidden) {
      events?.close();
      events = null;
    } else if (events === null) {
      events = new EventSource(address("/playground/events"));
      events.addEventListener("chat", () => { refresh().catch(() => {}); });
    }
  };

  document.addEventListener("visibilitychange", listen);
  listen();

  const sides = [...document.querySelectorAll(".sides a")];

  const mark = () => {
    const shown = location.hash === "#desk" ? "#desk" : "#telephone";
    sides.forEach((link) => {
      if (link.hash === shown) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };

  window.addEventListener("hashchange", mark);
  mark();
  if (!document.getElementById("begin") && !location.hash.startsWith("#m")) place(chat.scrollHeight);
})();
