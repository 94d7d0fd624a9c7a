// A file that is too large is said to be so before it is sent: a server that refuses it halfway can only hang up.
document.addEventListener("change", (event) => {
  const field = event.target.closest("input[type=file][data-largest]");
  if (!field) return;
  const [file] = field.files;
  field.setCustomValidity(file && file.size > Number(field.dataset.largest) ? field.dataset.tooLarge : "");
  field.reportValidity();
});
