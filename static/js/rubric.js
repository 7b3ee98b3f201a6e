// Judging by keyboard: a digit chooses the level, up and down go from criterion to criterion, Enter goes on.
// Without this file the radio buttons work by themselves.

const rubric = document.querySelector("[data-rubric]");

function criteria() {
  return [...rubric.querySelectorAll(".criterion")];
}

function radios(criterion) {
  return [...criterion.querySelectorAll("input[type=radio]")];
}

function enter(criterion) {
  const all = radios(criterion);
  (all.find((one) => one.checked) ?? all[0])?.focus();
}

function step(from, by) {
  const all = criteria();
  const next = all[all.indexOf(from) + by];
  if (next) enter(next);
  else if (by > 0) document.querySelector("[data-after-rubric]")?.focus();
}

rubric?.addEventListener("keydown", (event) => {
  const criterion = event.target.closest(".criterion");
  if (!criterion || event.target.type !== "radio" || event.altKey || event.ctrlKey || event.metaKey) return;
  if (/^[0-9]$/.test(event.key)) {
    const chosen = radios(criterion)[Number(event.key)];
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    step(criterion, 1);
  } else if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    step(criterion, 1);
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    step(criterion, -1);
  }
});

document.querySelector("[data-rubric-hint]")?.removeAttribute("hidden");
