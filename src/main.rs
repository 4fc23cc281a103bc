//! The `convene` binary: hands the command line to the library.

fn main() -> std::process::ExitCode {
    convene::app::main()
}
