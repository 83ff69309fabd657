//! The real binary, started as systemd starts it: ready when it says so, stopped by SIGTERM.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a daemon that cannot be started or stopped has failed its test"
)]

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::http::{self, Answer};

/// How long is waited for a message or an end at a time.
const GLANCE: Duration = Duration::from_millis(20);

/// Glances until a daemon that says nothing has failed: 30 s.
const GLANCES_MAX: usize = 1_500;

/// A place for one daemon: its configuration, directories and log, gone with the test.
#[derive(Debug)]
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    /// A home with this `feeds.toml`.
    pub(crate) fn new(feeds_toml: &str) -> Self {
        let home = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        for directory in ["state", "cache", "run"] {
            fs::create_dir(home.path(directory)).unwrap();
        }
        home.configure(feeds_toml);
        home
    }

    /// Another `feeds.toml`, for the next start or reload.
    pub(crate) fn configure(&self, feeds_toml: &str) {
        fs::write(self.path("feeds.toml"), feeds_toml).unwrap();
    }

    /// A path inside.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The binary with nothing of the environment but what systemd gives a service.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
        command
            .args(args)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("STATE_DIRECTORY", self.path("state"))
            .env("CACHE_DIRECTORY", self.path("cache"))
            .env("RUNTIME_DIRECTORY", self.path("run"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end: `check`, `status`, `reload` beside a running daemon.
    pub(crate) fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        self.command(args)
            .envs(env.iter().copied())
            .output()
            .unwrap()
    }

    /// Polls once all that is due, publishes and ends: `run --once`.
    pub(crate) fn run_once(&self, env: &[(&str, &str)]) -> Output {
        self.run(&["run", "--once", "--config", "feeds.toml"], env)
    }

    /// Starts the daemon and waits until it is ready.
    pub(crate) fn start(&self, env: &[(&str, &str)]) -> Daemon {
        let mut daemon = Daemon::start(self, env);
        daemon.wait_until_ready();
        daemon
    }

    /// Starts the daemon and waits until it listens, though its store may not be open.
    pub(crate) fn start_serving(&self, env: &[(&str, &str)]) -> Daemon {
        let mut daemon = Daemon::start(self, env);
        daemon.wait_until_listening();
        daemon
    }
}

/// A daemon that is ready.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    notify: UnixDatagram,
    /// Where it serves: `127.0.0.1:43210`.
    pub(crate) address: String,
    log: PathBuf,
}

impl Daemon {
    fn start(home: &Home, env: &[(&str, &str)]) -> Self {
        let notify_path = home.path("notify");
        // Left by a daemon before.
        drop(fs::remove_file(&notify_path));
        let notify = UnixDatagram::bind(&notify_path).unwrap();
        notify.set_read_timeout(Some(GLANCE)).unwrap();
        let log = home.path("log");
        let child = home
            .command(&["run", "--config", "feeds.toml"])
            .env("NOTIFY_SOCKET", &notify_path)
            .envs(env.iter().copied())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self {
            child,
            notify,
            address: String::new(),
            log,
        }
    }

    /// The answer to a GET of a path.
    pub(crate) fn get(&self, path: &str) -> Answer {
        http::get(&format!("http://{}{path}", self.address), &[])
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal to this process.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has sent this to systemd, as in `RELOADING=1`.
    pub(crate) fn wait_for_notification(&mut self, line: &str) {
        self.glance_until(line, |said| said.lines().any(|own| own == line));
    }

    /// Waits until `is_so`, looking after every message and every few milliseconds.
    pub(crate) fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        for _ in 0..GLANCES_MAX {
            if is_so(self) {
                return;
            }
            self.check_alive();
            drop(self.glance());
        }
        self.fail(&format!("this never came true: {what}"));
    }

    /// Stops it as systemd does and expects a clean end.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::TERM);
        let status = self.wait_for_end();
        if !status.success() {
            self.fail(&format!("it did not end cleanly on SIGTERM: {status}"));
        }
    }

    /// Kills it without a chance to do anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for an end that comes by itself, or by a signal sent before.
    pub(crate) fn wait_for_end(&mut self) -> ExitStatus {
        for _ in 0..GLANCES_MAX {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            drop(self.glance());
        }
        self.fail("it did not end");
    }

    /// Ready, and the address known: systemd is told both, together or one after the other.
    fn wait_until_ready(&mut self) {
        let mut is_ready = false;
        let mut address = None;
        self.glance_until("READY=1 and STATUS=… listening on ADDRESS", |said| {
            is_ready |= said.lines().any(|line| line == "READY=1");
            address = address.take().or_else(|| listening_on(said));
            is_ready && address.is_some()
        });
        self.address = address.unwrap_or_default();
    }

    fn wait_until_listening(&mut self) {
        let mut address = None;
        self.glance_until("STATUS=… listening on ADDRESS", |said| {
            address = listening_on(said);
            address.is_some()
        });
        self.address = address.unwrap_or_default();
    }

    fn glance_until(&mut self, what: &str, mut is_it: impl FnMut(&str) -> bool) {
        for _ in 0..GLANCES_MAX {
            if self.glance().is_some_and(|said| is_it(&said)) {
                return;
            }
            self.check_alive();
        }
        self.fail(&format!("it never said {what}"));
    }

    /// The next message to systemd, where one comes within [`GLANCE`].
    fn glance(&self) -> Option<String> {
        let mut buffer = [0; 4096];
        match self.notify.recv(&mut buffer) {
            Ok(n_bytes) => buffer
                .get(..n_bytes)
                .map(|said| String::from_utf8_lossy(said).into_owned()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                None
            }
            Err(error) => panic!("the notify socket failed: {error}"),
        }
    }

    fn check_alive(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            self.fail(&format!("it ended too early: {status}"));
        }
    }

    fn fail(&self, what: &str) -> ! {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        panic!("daemon {}: {what}; its log:\n{log}", self.child.id());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Ends what a failed test leaves; a process that has ended takes no harm.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `127.0.0.1:43210` of `STATUS=polling 3 feeds, listening on 127.0.0.1:43210`.
fn listening_on(said: &str) -> Option<String> {
    let status = said.lines().find_map(|line| line.strip_prefix("STATUS="))?;
    let (_, rest) = status.split_once("listening on ")?;
    let address = rest.split([' ', ',', ';']).next()?;
    Some(address.trim_start_matches("http://").to_owned())
}
