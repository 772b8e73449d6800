export { chromiumPath, launchBrowser } from '../../scripts/local/chromium';
