/* Recording one's voice in the browser. Without it (or without a microphone) the file field does the same.
   The recording is put into the file field of the form, so that it is sent like any other file. */

import { say } from "./throughline.js";

const KINDS = ["audio/webm", "audio/mp4", "audio/ogg"];
const LONGEST = 5 * 60 * 1000;

function begin(box) {
  const field = box.querySelector("input[type=file]");
  if (!field || !window.MediaRecorder || !navigator.mediaDevices?.getUserMedia || !window.DataTransfer) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = box.dataset.start;
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.className = "small";
  box.prepend(button, line);

  let recorder = null;
  let ending = 0;
  button.addEventListener("click", async () => {
    if (recorder?.state === "recording") return recorder.stop();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      line.textContent = box.dataset.refused;
      return;
    }
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
    const parts = [];
    recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      clearTimeout(ending);
      stream.getTracks().forEach((track) => track.stop());
      const type = (recorder.mimeType || "audio/webm").split(";")[0];
      const kept = new DataTransfer();
      kept.items.add(new File(parts, `recording.${type.split("/")[1]}`, { type }));
      field.files = kept.files;
      button.textContent = box.dataset.start;
      line.textContent = box.dataset.ready;
      say(box.dataset.ready);
    });
    recorder.start();
    ending = setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST);
    button.textContent = box.dataset.stop;
    line.textContent = "";
  });
}

document.querySelectorAll("[data-recorder]").forEach(begin);
