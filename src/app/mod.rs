//! The program around the engine: life cycle and commands.
