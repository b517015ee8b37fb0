// Shows the page again when files have changed. Without this script pages are loaded anew.
(() => {
  "use strict";
  const notice = document.getElementById("changed");
  const live = () => document.getElementById("live");
  const open = () => [...document.querySelectorAll("#live details")].map((one) => one.open);

  // Who is choosing something in a form is not interrupted: they are told instead.
  const busy = () => document.activeElement?.closest("#live form") !== null
    && document.activeElement?.closest("#live form") !== undefined;

  let asking = false;
  let again = false;

  const put = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("live");
    if (fresh === null) return;
    const unfolded = open();
    const details = fresh.querySelectorAll("details");
    if (details.length === unfolded.length) details.forEach((one, at) => { one.open = unfolded[at]; });
    const focused = live().contains(document.activeElement);
    live().replaceWith(document.adoptNode(fresh));
    if (focused) document.getElementById("content").focus({ preventScroll: true });
  };

  const refresh = async () => {
    again = true;
    if (asking) return;
    asking = true;
    try {
      while (again) {
        again = false;
        const answer = await fetch(location.href);
        if (answer.ok) put(await answer.text());
      }
    } finally {
      asking = false;
    }
  };

  const tell = (edition) => {
    const shown = live();
    if (edition === shown.dataset.edition && !("checking" in shown.dataset)) return;
    if (busy()) {
      notice.textContent = notice.dataset.text;
      notice.hidden = false;
    } else {
      refresh().catch(() => {});
    }
  };

  // A browser opens few connections to one server: a page nobody sees gives its own back.
  let events = null;
  const listen = () => {
    if (document.hidden) {
      events?.close();
      events = null;
    } else if (events === null) {
      events = new EventSource("/editors/events");
      events.addEventListener("edition", (event) => tell(event.data));
    }
  };

  document.addEventListener("visibilitychange", listen);
  listen();
})();
