
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const form = one("#filter");
  const search = one("#text");
  const cases = all(".case");
  const filtered = [...cases, ...all("tr.row")];
  const groups = all(".group");
  const texts = new Map();
  const byFilter = new Set(); // groups that the filter opened, and closes again

  const say = (words) => { one("#told").textContent = words; };

  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(all("[name=verdict]", form).filter((box) => box.checked).map((box) => box.value));
    const known = one("#known").value;
    const topic = one("#topic").value;
    let shown = 0;
    for (const element of filtered) {
      const data = element.dataset;
      const fits = verdicts.has(data.verdict) && (!topic || data.topic === topic) &&
        (!known || !data.known || (data.known === known && data.verdict !== "PASS" && data.verdict !== "SKIP")) &&
        words.every((word) => textOf(element).includes(word));
      element.hidden = !fits;
      if (fits && element.classList.contains("case")) shown += 1;
    }
    for (const group of groups) {
      const some = one(".case:not([hidden])", group) !== null;
      group.hidden = !some;
      if (words.length && some && !group.open) { group.open = true; byFilter.add(group); }
      if (!words.length && byFilter.delete(group)) group.open = false;
    }
    for (const section of all(".topic")) section.hidden = one(".case:not([hidden])", section) === null;
    one("#number").textContent = `${shown} of ${cases.length} cases`;
  };

  const reset = () => { form.reset(); apply(); };

  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // not a secure context, as on most Jenkins: the old way
      const area = document.createElement("textarea");
      area.value = text;
      area.readOnly = true;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error("the browser does not let this page copy");
    }
  };

  const addCopies = (root) => {
    for (const pre of all("pre[data-copy]", root)) {
      if (pre.parentElement.classList.contains("copied")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.setAttribute("aria-label", `Copy the ${pre.dataset.copy}`);
      button.addEventListener("click", async () => {
        try {
          await copyText(pre.textContent);
          button.textContent = "Copied";
          say(`The ${pre.dataset.copy} is copied`);
        } catch (error) {
          button.textContent = "Cannot";
          say(error.message);
        }
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      const box = document.createElement("div");
      box.className = "copied";
      pre.replaceWith(box);
      box.append(pre, button);
    }
  };

  const reachable = (element) =>
    !element.closest("[hidden]") && element.parentElement.closest("details:not([open])") === null;

  const step = (by) => {
    const shown = cases.filter(reachable);
    if (!shown.length) return;
    const current = document.activeElement && document.activeElement.closest(".case");
    let at = shown.indexOf(current);
    if (at < 0 && by < 0) at = 0;
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    one("summary", next).focus();
    one("summary", next).scrollIntoView({ block: "nearest" });
  };

  const goTo = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const element = name && document.getElementById(name);
    if (!element) return;
    if (element.closest("[hidden]")) reset();
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    element.scrollIntoView();
    const summary = element.classList.contains("case") && one("summary", element);
    if (summary) summary.focus({ preventScroll: true });
  };

  const actions = {
    open: () => { for (const element of cases.filter((each) => !each.hidden)) element.open = true; },
    close: () => { for (const element of cases) element.open = false; },
    help: () => one("#help").showModal(),
    theme: () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    },
  };

  document.addEventListener("toggle", (event) => {
    if (event.target.tagName === "DETAILS" && event.target.open) addCopies(event.target);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || one("#help").open) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && typing) { reset(); event.target.blur(); return; }
    if (typing) return;
    if (event.key === "Escape") { reset(); return; }
    const does = { "/": () => search.focus(), j: () => step(1), k: () => step(-1), "?": actions.help }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  document.addEventListener("click", (event) => {
    const name = event.target.dataset.do;
    if (name) actions[name]();
  });
  addEventListener("hashchange", goTo);

  form.hidden = false;
  one(".page").hidden = false;
  one("#number").textContent = `${cases.length} cases`;
  addCopies(one(".first") || document.body);
  for (const element of all(".case[open]")) addCopies(element);
  goTo();
  // The browser goes to the fragment by itself too, and takes the focus away.
  addEventListener("load", () => requestAnimationFrame(goTo));
})();
