"use strict";
(() => {
  const root = document.documentElement;
  const canvas = document.querySelector(".canvas");
  const views = [...document.querySelectorAll(".view")];
  const cards = new Map([...document.querySelectorAll("[data-card]")].map((c) => [c.dataset.card, c]));
  const summary = document.querySelector(".summary");
  const trail = document.querySelector(".trail");
  const select = document.querySelector(".views");
  let view = views[0];
  let picked = null; // the name of what is chosen
  let opener = null; // the box through which a layer was opened

  const svgOf = (v) => v.querySelector("svg");
  const nodes = (v) => [...v.querySelectorAll(".node")];
  const nodeOf = (v, name) => nodes(v).find((n) => n.dataset.name === name);
  const insideOf = (name) => views.find((v) => v.dataset.layer && v.dataset.layer === name);

  // -- pan and zoom: the box of the drawing that is seen -----------------------------------

  const fitted = new Map(views.map((v) => [v, svgOf(v).getAttribute("viewBox")]));
  const boxOf = (v) => svgOf(v).getAttribute("viewBox").split(" ").map(Number);
  const put = (v, box) => svgOf(v).setAttribute("viewBox", box.map((n) => n.toFixed(2)).join(" "));
  const fit = () => svgOf(view).setAttribute("viewBox", fitted.get(view));

  // The drawing's units for a pixel; the drawing is centred in the window.
  function unit() {
    const [, , w, h] = boxOf(view);
    const seen = canvas.getBoundingClientRect();
    return Math.max(w / seen.width, h / seen.height);
  }

  function zoom(factor, clientX, clientY) {
    const [x, y, w, h] = boxOf(view);
    const [, , full] = fitted.get(view).split(" ").map(Number);
    const by = Math.min(Math.max(factor, full / 40 / w), (full * 4) / w);
    const seen = canvas.getBoundingClientRect();
    const u = unit();
    const [cx, cy] = [seen.left + seen.width / 2, seen.top + seen.height / 2];
    const px = x + w / 2 + ((clientX ?? cx) - cx) * u;
    const py = y + h / 2 + ((clientY ?? cy) - cy) * u;
    put(view, [px - (px - x) * by, py - (py - y) * by, w * by, h * by]);
  }

  function pan(dx, dy) {
    const [x, y, w, h] = boxOf(view);
    const u = unit();
    put(view, [x - dx * u, y - dy * u, w, h]);
  }

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY / 400))), event.clientX, event.clientY);
  }, { passive: false });

  const held = new Map(); // pointers that are down
  let moved = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    held.set(event.pointerId, [event.clientX, event.clientY]);
    if (held.size === 1) moved = false;
  });
  addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...held].find(([id]) => id !== event.pointerId);
    if (other) {
      const far = (p) => Math.hypot(p[0] - other[1][0], p[1] - other[1][1]) || 1;
      zoom(far(before) / far(now), other[1][0], other[1][1]);
      moved = true;
    } else if (moved || Math.hypot(now[0] - before[0], now[1] - before[1]) > 4) {
      moved = true;
      canvas.classList.add("held");
      pan(now[0] - before[0], now[1] - before[1]);
    } else {
      return;
    }
    held.set(event.pointerId, now);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    addEventListener(kind, (event) => {
      held.delete(event.pointerId);
      canvas.classList.remove("held");
    });
  }

  // -- what is chosen ------------------------------------------------------------------------

  function choose(name) {
    picked = name;
    for (const card of [summary, ...cards.values()]) card.classList.remove("shown");
    (cards.get(name) || summary).classList.add("shown");
    document.querySelector(".side").scrollTop = 0;
    for (const v of views) highlight(v, name);
    for (const n of nodes(view)) n.setAttribute("aria-pressed", String(n.dataset.name === name));
    const here = name === null ? location.pathname + location.search : `#${encodeURIComponent(name)}`;
    history.replaceState(null, "", here);
  }

  function highlight(v, name) {
    const own = name !== null && nodeOf(v, name);
    v.classList.toggle("chosen", Boolean(own));
    const near = new Set();
    for (const e of v.querySelectorAll(".edge, .label")) {
      const touches = own && (e.dataset.tail === name || e.dataset.head === name);
      e.classList.toggle("near", Boolean(touches));
      if (touches) near.add(e.dataset.tail).add(e.dataset.head);
    }
    for (const n of nodes(v)) {
      n.classList.toggle("picked", n === own);
      n.classList.toggle("near", n !== own && near.has(n.dataset.name));
    }
  }

  // -- which drawing is shown ------------------------------------------------------------------

  function show(v) {
    view = v;
    for (const each of views) each.hidden = each !== v;
    if (select) select.selectedIndex = views.indexOf(v);
    trail.replaceChildren();
    if (v === views[0]) return;
    const up = document.createElement("button");
    up.type = "button";
    up.textContent = views[0].dataset.view;
    up.addEventListener("click", home);
    trail.append(up, ` \u203a ${v.dataset.view}`);
  }

  function enter(name) {
    opener = name;
    show(insideOf(name));
    choose(null);
    summary.classList.toggle("shown", !cards.has(name));
    cards.get(name)?.classList.add("shown");
    nodes(view)[0]?.focus({ preventScroll: true });
  }

  function home() {
    const from = opener;
    opener = null;
    show(views[0]);
    choose(null);
    if (from !== null) nodeOf(view, from)?.focus({ preventScroll: true });
  }

  function act(name) {
    if (!view.dataset.layer && insideOf(name)) enter(name);
    else choose(name === picked ? null : name);
  }

  // A tensor that is named beside the drawing is shown where it is drawn.
  function find(name) {
    if (!nodeOf(view, name)) {
      const has = views.filter((v) => nodeOf(v, name));
      if (has.length) show(has.find((v) => v.dataset.layer) || has[0]);
    }
    choose(name);
    reveal(nodeOf(view, name));
  }

  // Move the drawing if the box is out of sight.
  function reveal(node) {
    if (!node) return;
    const [seen, own] = [canvas.getBoundingClientRect(), node.getBoundingClientRect()];
    const dx = Math.max(seen.left + 20 - own.left, 0) || Math.min(seen.right - 20 - own.right, 0);
    const dy = Math.max(seen.top + 20 - own.top, 0) || Math.min(seen.bottom - 20 - own.bottom, 0);
    if (dx || dy) pan(dx, dy);
  }

  // -- clicks and keys -----------------------------------------------------------------------

  canvas.addEventListener("click", (event) => {
    if (moved) return;
    const button = event.target.closest("[data-zoom]");
    if (button) return tool(button.dataset.zoom);
    const node = event.target.closest(".node");
    if (node) act(node.dataset.name);
    else choose(null);
  });

  function tool(name) {
    if (name === "fit") fit();
    else zoom(name === "in" ? 1 / 1.3 : 1.3);
  }

  document.querySelector(".side").addEventListener("click", (event) => {
    const button = event.target.closest(".ref");
    if (button) find(button.dataset.name);
  });

  for (const button of document.querySelectorAll(".way")) {
    button.addEventListener("click", () => {
      const off = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!off));
      root.classList.toggle(`no-${button.dataset.way}`, off);
    });
  }
  select?.addEventListener("change", () => {
    show(views[select.selectedIndex]);
    choose(picked !== null && nodeOf(view, picked) ? picked : null);
  });

  const KEYS = {
    "+": () => tool("in"), "=": () => tool("in"), "-": () => tool("out"), 0: () => fit(),
    ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0),
    ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
    Escape: () => (picked !== null ? choose(null) : home()),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const node = event.target.closest?.(".node");
    if (node && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      act(node.dataset.name);
    } else if (KEYS[event.key] && !event.target.closest?.("select, .side")) {
      event.preventDefault();
      KEYS[event.key]();
    } else if (event.key === "Escape") {
      KEYS.Escape();
    }
  });
  canvas.addEventListener("focusin", (event) => reveal(event.target.closest(".node")));

  // -- start ---------------------------------------------------------------------------------

  for (const v of views) {
    for (const node of nodes(v)) {
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", node.querySelector("title").textContent);
      if (!v.dataset.layer && insideOf(node.dataset.name)) node.classList.add("closed");
    }
  }
  // Paper gets all formulas.
  addEventListener("beforeprint", () => root.classList.remove("live"));
  addEventListener("afterprint", () => root.classList.add("live"));

  root.classList.add("live");
  show(view);
  const asked = decodeURIComponent(location.hash.slice(1));
  if (insideOf(asked)) enter(asked);
  else if (cards.has(asked)) find(asked);
  else choose(null);
})();
