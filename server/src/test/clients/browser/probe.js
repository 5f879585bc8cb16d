// Put behind the page of docs/websocket.md by BrowserTest: does what a person would do, and tells the
// test's web server what it sees.
'use strict'

function report(what) {
    fetch('report', { method: 'POST', body: what })
}

new MutationObserver((changes) => {
    for (const change of changes) {
        for (const added of change.addedNodes) report('message ' + added.textContent)
    }
}).observe(document.getElementById('messages'), { childList: true })

new MutationObserver(() => {
    const state = document.getElementById('state').textContent
    report('state ' + state)
    if (state === 'connected') {
        document.getElementById('text').value = 'from a browser'
        document.getElementById('send').click()
    }
}).observe(document.getElementById('state'), { childList: true })
