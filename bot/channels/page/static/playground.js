// Sends the page's forms without leaving it and shows the chat again when it changed.
// Without this script the forms still work; the page is then loaded anew each time.
(() => {
  "use strict";
  const chat = document.getElementById("chat");

  const toEnd = () => { chat.scrollTop = chat.scrollHeight; };

  const refresh = async () => {
    const answer = await fetch("/playground/chat", { credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = await answer.text();
    if (fresh === chat.dataset.shown) return;
    chat.dataset.shown = fresh;
    chat.innerHTML = fresh;
    toEnd();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".phone-bar")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const words = form.querySelector("input[name=words]");
    if (words) words.value = "";
    await fetch(form.action, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "playground" },
    });
    await refresh();
  });

  document.getElementById("language").addEventListener("change", (event) => {
    event.target.form.requestSubmit();
  });

  new EventSource("/playground/events").addEventListener("chat", refresh);
  toEnd();
})();
