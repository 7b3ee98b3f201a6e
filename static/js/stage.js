// One thing at a time: arrow keys and two buttons walk through the parts of a page. Without this file it is one long page.
const stage = document.querySelector("[data-stage]");
if (stage) {
  const parts = [...stage.children];
  let now = 0;
  const show = (to, { focus = true } = {}) => {
    now = Math.max(0, Math.min(parts.length - 1, to));
    parts.forEach((part, n) => part.toggleAttribute("data-now", n === now));
    if (focus) {
      const heading = parts[now].querySelector("h1, h2");
      heading.tabIndex = -1;
      heading.focus();
    }
    for (const button of document.querySelectorAll("[data-stage-go]")) {
      const target = now + Number(button.dataset.stageGo);
      button.disabled = target < 0 || target >= parts.length;
    }
  };
  for (const one of document.querySelectorAll("[data-stage-go], [data-stage-all], [data-stage-hint]")) one.hidden = false;
  stage.setAttribute("data-one", "");
  show(0, { focus: false });
  document.addEventListener("click", (event) => {
    const go = event.target.closest("[data-stage-go]");
    if (go) show(now + Number(go.dataset.stageGo));
    if (event.target.closest("[data-stage-all]")) stage.toggleAttribute("data-one");
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !stage.hasAttribute("data-one")) return;
    const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(now + step);
  });
}
