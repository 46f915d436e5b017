"""Finds Chromium and a Chinese font for browser tests, and installs Debian's when it may."""

import os
import shutil
import subprocess
import sys

# The first four lines are Playwright's own, which a second switch replaces. The last: Chromium
# fills popups of its address bar for every page, hidden, and takes half a core while a page loads.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,AimEnabled,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI"
)
# As a container and an old machine need it, and silent on the network.
ARGUMENTS = (
    f"--disable-features={_FEATURES_OFF}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
# Without a Chinese font every screenshot is a page of boxes.
PACKAGES = {"chromium": "chromium", "font": "fonts-noto-cjk"}


def chromium() -> str | None:
    """Return the path of the machine's Chromium; `CHANGLIU_CHROMIUM` names another."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("CHANGLIU_CHROMIUM") or next((path for path in found if path), None)


def missing() -> list[str]:
    """Return the Debian packages that are still needed."""
    wanted = [] if chromium() else [PACKAGES["chromium"]]
    return wanted if _reads_chinese() else [*wanted, PACKAGES["font"]]


def _reads_chinese() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        # Without fontconfig the fonts are the system's own (macOS, Windows): they read Chinese.
        return not os.path.isdir("/usr/share/fonts") and sys.platform != "linux"
    asked = [lister, ":lang=zh-cn", "family"]
    return bool(subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip())


def main() -> int:
    """Install what is missing; returns the exit code."""
    wanted = missing()
    if not wanted:
        return 0
    names = " ".join(wanted)
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.stderr.write(f"✗ Browser tests need {names}: sudo apt-get install {names}\n")
        return 1
    sys.stdout.write(f"安装 installing {names} …\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *wanted]):
        done = subprocess.run(["apt-get", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.stderr.write(f"✗ apt-get {step[0]} failed; install by hand: {names}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
