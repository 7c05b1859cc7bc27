/**
 * Studio Reaper in JupyterLab: tells the user when this app will be stopped and why, and takes their wish to keep it.
 *
 * A federated module, as JupyterLab loads them: it brings no library, and takes JupyterLab's own from the share scope.
 * The agent in the app writes status.json beside this file, with durations that count from its writing. A wish is saved
 * as a JupyterLab workspace, which the agent takes away. All that the status says is shown as text only.
 */
"use strict";
(() => {
  const NAME = "studio-reaper";
  const STATUS_URL = new URL("status.json", document.currentScript.src).href;
  const POLL_SECONDS = 15;
  const SOON_SECONDS = 3; // between polls while a wish is not yet confirmed
  const CONFIRMED_WITHIN_SECONDS = 120;
  const MAX_POLL_SECONDS = 300; // between polls where there is no agent
  const UNITS = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];

  const NEVER = 315_360_000; // seconds; among the idle times it stands for an app that is not stopped

  let shareScope;

  /** A module of JupyterLab's own, the newest where there are several; undefined where it has none. */
  async function shared(name) {
    const versions = Object.entries(shareScope[name] ?? {});
    versions.sort(([one], [other]) => other.localeCompare(one, undefined, { numeric: true }));
    return versions.length > 0 ? (await versions[0][1].get())() : undefined;
  }

  /** 45 s, 10 min, 1 h 30 min, 2 d 3 h. */
  function inWords(seconds) {
    const at = UNITS.findIndex(([size]) => seconds >= (size === 60 ? 120 : size));
    if (at < 0) return "0 s";
    const [[size, unit], next] = [UNITS[at], UNITS[at + 1]];
    const rest = at < 2 ? Math.floor((seconds % size) / next[0]) : 0;
    return `${Math.floor(seconds / size)} ${unit}${rest > 0 ? ` ${rest} ${next[1]}` : ""}`;
  }

  /** The time of day in so many seconds, by the browser's clock; with the day where that is not today. */
  function timeIn(seconds) {
    const date = new Date(Date.now() + seconds * 1000);
    const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const isToday = date.toDateString() === new Date().toDateString();
    return isToday ? time : `${date.toLocaleDateString([], { weekday: "short" })} ${time}`;
  }

  /** What the agent wrote last, its durations as of now; undefined where no agent writes any longer. */
  async function fetchStatus() {
    const response = await fetch(STATUS_URL, { cache: "no-store" });
    if (!response.ok) return undefined;
    const status = await response.json();
    // Both by the server's clock.
    const [now, written] = ["Date", "Last-Modified"].map((name) => Date.parse(response.headers.get(name) ?? ""));
    const age = Math.max((now - written) / 1000 || 0, 0);
    if (status.v !== 1 || age > 3 * status.next + 60) return undefined;
    for (const [source, idle] of Object.entries(status.idle)) if (idle !== null) status.idle[source] = idle + age;
    if (status.kept) status.kept.for = Math.max(status.kept.for - age, 0);
    if (status.notice?.stopIn !== undefined) status.notice.stopIn = Math.max(status.notice.stopIn - age, 0);
    return status;
  }

  /** The source that was active last, with its idle seconds; undefined where one cannot be read. */
  function leastIdle({ idle }) {
    const entries = Object.entries(idle);
    return entries.some(([, seconds]) => seconds === null) ? undefined : entries.sort(([, a], [, b]) => a - b)[0];
  }

  const isWarned = ({ notice, kept }) => notice?.kind === "warned" && !kept;

  /** A few words for the status bar. */
  function inShort(status) {
    if (status.kept?.while) return `App kept while ${status.kept.while.slice(0, 20)} runs`;
    if (status.kept) return `App kept until ${timeIn(status.kept.for)}`;
    if (isWarned(status)) return `App stops in ${inWords(status.notice.stopIn)}`;
    const least = leastIdle(status);
    if (Object.keys(status.busy).length > 0 || least === undefined || least[1] < 120) return "App in use";
    return `App idle for ${inWords(least[1])}`;
  }

  /** When the app will be stopped, or why not, in a sentence. */
  function inFull(status) {
    const { kept, notice } = status;
    if (kept?.while) return `This app is kept while ${kept.while} runs, for ${inWords(kept.for)} more at most.`;
    if (kept) return `This app is kept until ${timeIn(kept.for)}, as you asked.`;
    if (isWarned(status)) return `This app will be stopped in ${inWords(notice.stopIn)}: ${notice.why}.`;
    const least = leastIdle(status);
    const most = status.maxAge ? ` Apps may run for ${inWords(status.maxAge)} at most.` : "";
    return forIdleness(status, least) + most;
  }

  function forIdleness(status, least) {
    if (Object.keys(status.busy).length > 0) return "This app is in use and will not be stopped for being idle.";
    if (least === undefined) return "This app counts as in use, as it cannot be seen whether it is.";
    const times = status.idleTimes.filter((seconds) => seconds < NEVER);
    if (times.length === 0) return "This app is not stopped for being idle, by the policy.";
    const earliest = Math.max(times[0] - least[1], 0);
    const unless = times.length < status.idleTimes.length ? ", or not at all" : "";
    return status.idleTimes.length === 1
      ? `This app will be stopped at ${timeIn(earliest)} unless somebody works in it before.`
      : `This app will be stopped after ${times.map(inWords).join(" or ")} without activity${unless}, by the policy.`;
  }

  /** What each source says, in a line. */
  function details({ busy, idle, why }) {
    return Object.entries(idle).map(([source, seconds]) => {
      if (busy[source]) return `${source}: at work for ${inWords(busy[source].for)}: ${busy[source].what}`;
      if (seconds === null) return `${source}: cannot be read: ${why[source] ?? ""}`;
      return `${source}: idle for ${inWords(seconds)}, since ${timeIn(-seconds)}`;
    });
  }

  /** Shows what the status says, in notifications, in the status bar and in a dialog. */
  class Display {
    constructor({ Notification, Dialog, showDialog }, { Widget }, workspaces) {
      Object.assign(this, { Notification, Dialog, showDialog, Widget, workspaces });
      this.button = document.createElement("button");
      this.button.className = "studio-reaper-status";
      this.button.setAttribute("aria-haspopup", "dialog");
      this.button.style.cssText =
        "background: none; border: 0; padding: 0; font: inherit; color: inherit; cursor: pointer";
      this.button.onclick = () => void this.explain();
      this.item = new Widget({ node: document.createElement("div") });
      this.item.addClass("jp-StatusBar-TextItem");
      this.item.node.append(this.button);
      this.item.hide();
      this.warning = {}; // the notice's id, and its notification's
      this.asked = undefined; // the wish that is not yet confirmed
    }

    update(status) {
      this.status = status;
      this.item.setHidden(status === undefined);
      if (status) {
        const text = inShort(status);
        if (this.button.textContent !== text) this.button.textContent = text;
        this.button.title = inFull(status);
      }
      this.warn(status && isWarned(status) && status.notice.ways.includes("jupyterlab") ? status : undefined);
      if (status?.notice?.kind === "stopped" && status.notice.ways.includes("jupyterlab")) this.tellOnce(status.notice);
      this.confirm();
    }

    /** The warning's notification, for as long as it holds. One that the user has closed stays closed. */
    warn(status) {
      const { manager } = this.Notification;
      if (this.warning.id !== status?.notice.id) {
        if (this.warning.notification) this.Notification.dismiss(this.warning.notification);
        this.warning = {};
      }
      if (!status) return;
      const message = inFull(status);
      const options = { autoClose: false, actions: this.actions(status) };
      if (!this.warning.id) {
        const notification = this.Notification.emit(message, "warning", options);
        this.warning = { id: status.notice.id, notification, message };
      } else if (this.warning.message !== message && manager.has(this.warning.notification)) {
        this.Notification.update({ id: this.warning.notification, message, ...options });
        this.warning.message = message;
      }
    }

    /** That the app was stopped before: once in this browser. */
    tellOnce({ id, stopAt, why }) {
      const key = `${NAME}:told`;
      if (localStorage.getItem(key) === id) return;
      localStorage.setItem(key, id);
      const date = new Date(stopAt * 1000).toISOString().slice(0, 16).replace("T", " ");
      this.Notification.emit(`This app was stopped at ${date} UTC: ${why}.`, "info", { autoClose: false });
    }

    actions({ keepFor }) {
      return keepFor.map((seconds) => ({
        label: `Keep for ${inWords(seconds)}`,
        callback: () => void this.ask(seconds),
      }));
    }

    /** Asks the agent to keep the app for so many seconds from now, or no longer where these are 0. */
    async ask(seconds) {
      const wish =
        seconds > 0 ? `Asked to keep this app for ${inWords(seconds)} …` : "Asked no longer to keep this app …";
      const id = this.Notification.emit(wish, "in-progress", { autoClose: false });
      try {
        await this.workspaces.save(NAME, { metadata: { id: NAME }, data: { [NAME]: { for: seconds } } });
        this.asked = { id, seconds, until: Date.now() + CONFIRMED_WITHIN_SECONDS * 1000, before: this.status?.wishes };
      } catch (error) {
        this.Notification.update({ id, message: `The wish could not be saved: ${error}`, type: "error" });
      }
      this.onAsked?.();
    }

    /** Tells what came of a wish, once the agent says so. */
    confirm() {
      if (!this.asked) return;
      const { id, until, before } = this.asked;
      const isTaken = this.status !== undefined && this.status.wishes !== before;
      if (!isTaken && Date.now() < until) return;
      const message = isTaken ? inFull(this.status) : "Nobody has answered the wish to keep this app.";
      this.Notification.update({ id, message, type: isTaken ? "success" : "error", autoClose: isTaken && 10000 });
      this.asked = undefined;
    }

    /** The dialog that says when the app will be stopped and why not, with the same wishes. */
    async explain() {
      const { status, Dialog } = this;
      if (!status) return;
      const body = new this.Widget({ node: document.createElement("div") });
      for (const text of [inFull(status), ...details(status)]) {
        const line = document.createElement("div");
        line.style.padding = "2px 0";
        line.textContent = text;
        body.node.append(line);
      }
      const wishes = status.kept ? [["Do not keep it", 0]] : [];
      for (const seconds of status.keepFor) wishes.push([`Keep for ${inWords(seconds)}`, seconds]);
      const buttons = wishes.map(([label]) => Dialog.okButton({ label }));
      const title = "When will this app be stopped?";
      const result = await this.showDialog({
        title,
        body,
        buttons: [...buttons, Dialog.cancelButton({ label: "Close" })],
        defaultButton: buttons.length,
      });
      const wish = wishes.find(([label]) => label === result.button.label);
      if (result.button.accept && wish) await this.ask(wish[1]);
    }
  }

  /** Looks at the status gently, and only while the page is before somebody's eyes. */
  function poll(display) {
    let timer;
    let failures = 0;
    const look = async () => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") return;
      const status = await fetchStatus().catch(() => undefined);
      failures = status ? 0 : failures + 1;
      display.update(status);
      const seconds = display.asked ? SOON_SECONDS : Math.min(POLL_SECONDS * 2 ** failures, MAX_POLL_SECONDS);
      clearTimeout(timer);
      timer = setTimeout(() => void look(), (failures ? seconds : Math.min(seconds, POLL_SECONDS)) * 1000);
    };
    display.onAsked = () => void look();
    document.addEventListener("visibilitychange", () => void look());
    void look();
  }

  async function plugin() {
    const [apputils, widgets, statusbar] = await Promise.all(
      ["@jupyterlab/apputils", "@lumino/widgets", "@jupyterlab/statusbar"].map(shared),
    );
    return {
      id: `${NAME}:notices`,
      description: "Tells when this app will be stopped and why, and keeps it.",
      autoStart: true,
      optional: statusbar ? [statusbar.IStatusBar] : [],
      activate: (app, statusBar) => {
        const display = new Display(apputils, widgets, app.serviceManager.workspaces);
        statusBar?.registerStatusItem(`${NAME}:status`, { item: display.item, align: "right", rank: 1000 });
        void app.restored.then(() => {
          poll(display);
        });
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shareScope = scope;
    },
    get: async () => {
      const found = await plugin();
      return () => ({ __esModule: true, default: found });
    },
  };
})();
