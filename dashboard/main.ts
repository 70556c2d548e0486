import { createApp } from 'vue'
import App from './app.vue'
import { browserClock } from './clock.ts'
import { createDesk, deskKey } from './feed/desk.ts'
import { createPages } from './router.ts'
import { speechKey } from './words/speech.ts'
import './theme.css'

const desk = createDesk(browserClock)
await desk.resume()
createApp(App).provide(deskKey, desk).provide(speechKey, desk).use(createPages(desk)).mount('#app')
