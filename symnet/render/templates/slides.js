"use strict";
(() => {
  const root = document.documentElement;
  if (new URLSearchParams(location.search).has("page")) return;
  const deck = document.querySelector(".deck");
  const slides = [...deck.querySelectorAll(".slide")];
  const index = document.querySelector(".index");
  const [wide, tall] = [Number(deck.dataset.wide), Number(deck.dataset.tall)];
  const steps = (s) => Number(s.dataset.steps);
  let [at, step] = [0, 0];

  // -- one step ----------------------------------------------------------------------------

  const state = (k, now) => (k < now ? "done" : k === now ? "now" : "coming");

  function mark(element, word) {
    element.classList.remove("done", "now", "coming");
    element.classList.add(word);
  }

  function reveal(slide, now) {
    for (const e of slide.querySelectorAll("[data-step]")) mark(e, state(Number(e.dataset.step), now));
    const told = slide.querySelector(".head .step");
    if (told) told.textContent = `step ${now + Number(told.dataset.first)} of ${told.dataset.count}`;
    for (const figure of slide.querySelectorAll(".figure[data-order]")) paint(figure, now);
  }

  function paint(figure, now) {
    const words = new Map();
    JSON.parse(figure.dataset.order).forEach((names, k) => {
      for (const name of names) words.set(name, state(k, now + Number(figure.dataset.before)));
    });
    for (const e of figure.querySelectorAll(".backward")) mark(e, words.get(e.dataset.head) || "done");
    // What is shown now lies above arrows with the same path, and below all labels.
    const above = figure.querySelector(".label");
    for (const e of figure.querySelectorAll(".edge.now")) e.parentNode.insertBefore(e, above);
  }

  // -- where we are ------------------------------------------------------------------------

  function go(slide, k) {
    at = Math.min(Math.max(slide, 0), slides.length - 1);
    step = Math.min(Math.max(k, 0), steps(slides[at]) - 1);
    slides.forEach((s, n) => s.classList.toggle("current", n === at));
    reveal(slides[at], step);
    const place = `#${at + 1}${step ? `.${step + 1}` : ""}`;
    if (location.hash !== place) history.replaceState(null, "", place);
    index.textContent = `${at + 1} / ${slides.length}`;
    root.style.setProperty("--done", String(slides.length > 1 ? at / (slides.length - 1) : 1));
  }

  function forward() {
    if (step + 1 < steps(slides[at])) go(at, step + 1);
    else if (at + 1 < slides.length) go(at + 1, 0);
  }

  function back() {
    if (step > 0) go(at, step - 1);
    else if (at > 0) go(at - 1, Infinity);
  }

  function fromAddress() {
    const found = /^#(\d+)(?:\.(\d+))?$/.exec(location.hash);
    if (found) go(Number(found[1]) - 1, Number(found[2] || 1) - 1);
    else go(at, step);
  }

  // -- sizes -------------------------------------------------------------------------------

  function scale() {
    root.style.setProperty("--scale", String(Math.min(innerWidth / wide, innerHeight / tall)));
    const tile = slides[0].getBoundingClientRect().width;
    root.style.setProperty("--small", String(tile / wide));
  }

  // A title of two lines is made smaller, rows that are too high stand in two columns, a formula
  // that is wider than its row is made smaller, then whatever is still too high.
  function fit(slide) {
    const title = slide.querySelector("h2");
    for (let size = 45; title && size > 32 && title.offsetHeight > 2 * size; ) {
      title.style.fontSize = `${(size -= 1)}px`;
    }
    const content = slide.querySelector(".content");
    const isHigh = () => content.scrollHeight > content.clientHeight + 1;
    for (const rows of slide.querySelectorAll(".rows")) rows.classList.toggle("two", isHigh());
    for (const e of slide.querySelectorAll(".lines, .chain, .program")) {
      const size = parseFloat(getComputedStyle(e).fontSize);
      const room = e.parentElement.clientWidth - reserved(e);
      const small = Math.max(0.5, room / e.scrollWidth);
      if (e.scrollWidth > room + 1) e.style.fontSize = `${small * size}px`;
    }
    for (let zoom = 1; isHigh() && zoom > 0.5; ) {
      zoom -= 0.04;
      content.style.zoom = String(zoom);
    }
  }

  function reserved(element) {
    const number = element.parentElement.querySelector(":scope > .number");
    const style = getComputedStyle(element.parentElement);
    const gap = number ? number.offsetWidth + parseFloat(style.columnGap || "0") : 0;
    return gap + parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  }

  // -- all slides at once --------------------------------------------------------------------

  function overview(on) {
    root.classList.toggle("overview", on);
    for (const s of slides) {
      s.tabIndex = on ? 0 : -1;
      if (on && s !== slides[at]) reveal(s, steps(s) - 1);
    }
    scale();
    if (on) slides[at].scrollIntoView({ block: "nearest" });
    else scrollTo(0, 0);
  }

  const isOverview = () => root.classList.contains("overview");

  function open(slide) {
    overview(false);
    go(slides.indexOf(slide), 0);
  }

  // -- keys, clicks, touches -----------------------------------------------------------------

  const KEYS = {
    ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": forward, n: forward,
    ArrowLeft: back, ArrowUp: back, PageUp: back, Backspace: back, p: back,
    Home: () => go(0, 0), End: () => go(slides.length - 1, 0),
    Escape: () => overview(!isOverview()), o: () => overview(!isOverview()),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = document.activeElement;
    if (isOverview() && (event.key === "Enter" || event.key === " ") && slides.includes(focused)) {
      event.preventDefault();
      open(focused);
      return;
    }
    if (isOverview() && event.key === "Enter") return open(slides[at]);
    const act = event.key === " " && event.shiftKey ? back : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    if (isOverview()) slides[at].scrollIntoView({ block: "nearest" });
  });

  addEventListener("click", (event) => {
    if (isOverview()) {
      const slide = event.target.closest(".slide");
      if (slide) open(slide);
    } else if (!String(getSelection())) {
      if (event.clientX < innerWidth / 4) back();
      else forward();
    }
  });

  let touched = null;
  addEventListener("touchstart", (event) => { touched = event.changedTouches[0].clientX; });
  addEventListener("touchend", (event) => {
    const moved = touched === null ? 0 : event.changedTouches[0].clientX - touched;
    touched = null;
    if (Math.abs(moved) < 40 || isOverview()) return;
    event.preventDefault();
    if (moved < 0) forward();
    else back();
  }, { passive: false });

  // Paper gets the page that is read.
  addEventListener("beforeprint", () => root.classList.remove("show", "overview"));
  addEventListener("afterprint", () => root.classList.add("show"));
  addEventListener("resize", scale);
  addEventListener("hashchange", fromAddress);

  root.classList.add("show");
  scale();
  slides.forEach((s) => reveal(s, steps(s) - 1));
  fromAddress();
  document.fonts.ready.then(() => slides.forEach(fit));
})();
