// Sets the colours that were chosen before anything is painted. A classic script, since modules come too late for that.
(() => {
  const chosen = localStorage.getItem('godwit.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
})()
