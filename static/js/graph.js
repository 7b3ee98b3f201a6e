/* Connecting competencies in the picture of a working copy: by dragging, by choosing, by keyboard.
   Without this file the form and the list below the picture do the same.

   Every way ends in a form of the page: the server decides, htmx brings the picture back, the focus stays where it was. */

import { say } from "./throughline.js";

const FAR = 6; // px a pointer travels before it drags
const EDGE = 56; // px from the edge of the screen where dragging scrolls
const SVG = "http://www.w3.org/2000/svg";

let from = null; // the card a connection is being drawn from
let line = null; // what follows the pointer
let pressed = null; // a pointer that is down and may begin to drag
let chosen = null; // the connection that was chosen
let back = ""; // which card gets the focus when the picture comes back
let justDragged = false;

const board = () => document.querySelector("[data-graph]");
const shown = (selector) => [...(board()?.querySelectorAll(selector) ?? [])].filter((one) => one.getClientRects().length);
const cardOf = (key) => shown("[data-node]").find((card) => card.dataset.node === key);
const cardAt = (x, y) => {
  const there = document.elementFromPoint(x, y);
  const grip = there?.closest?.("[data-grip]");
  return grip ? cardOf(grip.dataset.grip) : there?.closest?.("[data-graph] [data-node]");
};
const told = (name, words) => board().dataset[name].replace(/\{(\w+)\}/g, (_all, key) => words[key] ?? "");

/* ---- drawing a connection */
function start(card) {
  leave();
  stop();
  from = card;
  board().dataset.connecting = "";
  card.dataset.source = "";
  for (const tie of shown("[data-tie]")) tie.tabIndex = -1;
}

function stop() {
  line?.remove();
  line = null;
  if (!from) return;
  from = null;
  delete board()?.dataset.connecting;
  for (const card of shown("[data-source], [data-target]")) {
    delete card.dataset.source;
    delete card.dataset.target;
  }
  for (const tie of shown("[data-tie]")) tie.tabIndex = 0;
}

function aim(card) {
  for (const other of shown("[data-target]")) delete other.dataset.target;
  if (card && from && card !== from) card.dataset.target = "";
}

function finish(card) {
  const origin = from;
  stop();
  if (!origin || !card || card === origin) return false;
  const form = board().querySelector("[data-connect]");
  form.elements.origin.value = origin.dataset.node;
  form.elements.destination.value = card.dataset.node;
  back = card.dataset.node;
  form.requestSubmit();
  return true;
}

function follow(x, y) {
  const svg = from.ownerSVGElement;
  const turned = svg.getScreenCTM().inverse();
  const box = from.querySelector("rect").getBBox();
  const end = new DOMPoint(x, y).matrixTransform(turned);
  if (!line) {
    line = document.createElementNS(SVG, "path");
    line.setAttribute("class", "c-line");
    svg.append(line);
  }
  line.setAttribute("d", `M${box.x + box.width / 2} ${box.y + box.height}L${end.x} ${end.y}`);
}

/** A target may stand beyond the edge of the screen: there the page goes along. */
function scrollAlong() {
  if (!pressed?.drags || !from) return;
  const step = pressed.now[1] < EDGE ? -12 : pressed.now[1] > innerHeight - EDGE ? 12 : 0;
  if (step) {
    scrollBy(0, step);
    follow(...pressed.now);
    aim(cardAt(...pressed.now));
  }
  requestAnimationFrame(scrollAlong);
}

/* ---- by pointer: anywhere on a card with a mouse, from the plus by touch (cards scroll the page) */
document.addEventListener("pointerdown", (event) => {
  justDragged = false;
  const grip = event.target.closest?.("[data-graph] [data-grip]");
  const card = grip ? cardOf(grip.dataset.grip) : event.target.closest?.("[data-graph] [data-node]");
  if (!card || event.button !== 0 || (!grip && event.pointerType !== "mouse")) return;
  pressed = { id: event.pointerId, card, x: event.clientX, y: event.clientY, drags: false };
});

document.addEventListener("pointermove", (event) => {
  if (!pressed || event.pointerId !== pressed.id) return;
  if (!event.buttons) {
    pressed = null; // let go where this page did not hear of it
    stop();
    return;
  }
  pressed.now = [event.clientX, event.clientY];
  if (!pressed.drags) {
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < FAR) return;
    pressed.drags = true;
    start(pressed.card);
    requestAnimationFrame(scrollAlong);
  }
  if (!from) return;
  event.preventDefault();
  follow(...pressed.now);
  aim(cardAt(...pressed.now));
});

document.addEventListener("pointerup", (event) => {
  if (!pressed || event.pointerId !== pressed.id) return;
  justDragged = pressed.drags;
  pressed = null;
  if (justDragged && from) finish(cardAt(event.clientX, event.clientY));
});

document.addEventListener("pointercancel", () => {
  pressed = null;
  stop();
});

/* the browser's own dragging of a link would take the pointer away */
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("[data-graph] [data-node]")) event.preventDefault();
});

/* ---- by choosing: the plus of one, then another; a connection, then the button */
document.addEventListener("click", (event) => {
  if (!board()?.contains(event.target)) return;
  if (justDragged && event.target.closest("svg")) {
    justDragged = false;
    event.preventDefault();
    return;
  }
  const grip = event.target.closest("[data-grip]");
  const card = grip ? cardOf(grip.dataset.grip) : event.target.closest("[data-node]");
  if (card && from) {
    event.preventDefault();
    if (!finish(card)) say(told("saidStop", {}));
  } else if (grip) {
    begin(card);
  } else if (event.target.closest("[data-tie]")) {
    choose(event.target.closest("[data-tie]"));
  } else if (event.target.closest("[data-chosen-off]")) {
    takeOff();
  } else if (event.target.closest("[data-chosen-leave]")) {
    leave(true);
  }
});

function begin(card) {
  start(card);
  card.focus();
  say(told("saidStart", { one: card.dataset.name }));
}

/* ---- a connection that is there */
function choose(tie) {
  stop();
  leave();
  chosen = tie;
  tie.dataset.chosen = "";
  tie.setAttribute("aria-pressed", "true");
  const panel = board().querySelector("[data-chosen]");
  panel.hidden = false;
  panel.querySelector("[data-chosen-words]").textContent = tie.dataset.said;
  tie.focus({ preventScroll: true });
  say(told("saidChosen", { tie: tie.dataset.said }));
}

function leave(returning = false) {
  if (!chosen) return;
  delete chosen.dataset.chosen;
  chosen.setAttribute("aria-pressed", "false");
  if (returning) chosen.focus();
  chosen = null;
  const panel = board()?.querySelector("[data-chosen]");
  if (panel) panel.hidden = true;
}

function takeOff() {
  const form = [...board().querySelectorAll("[data-untie]")].find((one) => one.dataset.untie === chosen?.dataset.tie);
  if (!form) return;
  back = chosen.dataset.origin;
  chosen = null;
  form.requestSubmit();
}

/* ---- by keyboard */
const TOWARDS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function middleOf(element) {
  const box = element.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

/** The nearest card in a direction; what stands aside counts as twice as far. */
function nearest(card, [dx, dy]) {
  const [x, y] = middleOf(card);
  let best = null;
  let least = Infinity;
  for (const other of shown("[data-node]")) {
    const [ox, oy] = middleOf(other);
    const ahead = (ox - x) * dx + (oy - y) * dy;
    const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
    if (other === card || ahead <= 1 || ahead + 2 * aside >= least) continue;
    least = ahead + 2 * aside;
    best = other;
  }
  return best;
}

document.addEventListener("keydown", (event) => {
  if (!board() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && (from || chosen)) {
    const card = from;
    pressed = null;
    justDragged = Boolean(line);
    stop();
    leave(true);
    card?.focus();
    if (card) say(told("saidStop", {}));
    return;
  }
  const card = event.target.closest?.("[data-graph] [data-node]");
  const tie = event.target.closest?.("[data-graph] [data-tie]");
  if (card && TOWARDS[event.key]) {
    event.preventDefault();
    nearest(card, TOWARDS[event.key])?.focus();
  } else if (card && event.key.toLowerCase() === "c" && !from) {
    event.preventDefault();
    begin(card);
  } else if (tie && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    choose(tie);
  } else if (tie && (event.key === "Delete" || event.key === "Backspace")) {
    event.preventDefault();
    if (chosen !== tie) choose(tie);
    takeOff();
  }
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("[data-graph] [data-node]");
  if (!from || line || !card || card === from) return;
  aim(card);
  say(told("saidTarget", { one: from.dataset.name, two: card.dataset.name }));
});

/* ---- what only those with a script see; again whenever the picture comes back */
function prepare() {
  const here = board();
  if (!here) return;
  here.dataset.live = "";
  for (const help of here.querySelectorAll("[data-graph-help]")) help.hidden = false;
  for (const one of here.querySelectorAll("[data-tie], [data-grip]")) {
    one.setAttribute("role", "button");
    one.setAttribute("aria-label", one.dataset.said);
    if (one.dataset.tie) one.setAttribute("aria-pressed", "false");
    one.tabIndex = one.dataset.tie ? 0 : -1;
  }
}

prepare();
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "picture-board") return;
  from = line = chosen = pressed = null;
  prepare();
  const card = back ? cardOf(back) : null;
  back = "";
  card?.focus({ preventScroll: true });
});
