import { createApp } from 'vue'
import DisplayApp from './display/display-app.vue'
import DisplayPick from './display/display-pick.vue'
import { createSpeech, speechKey } from './words/speech.ts'
import './theme.css'

const chosen = new URLSearchParams(location.search).get('lane')
createApp(chosen ? DisplayApp : DisplayPick)
  .provide(speechKey, createSpeech())
  .mount('#app')
