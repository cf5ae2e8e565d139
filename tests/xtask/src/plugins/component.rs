//! A core module becomes a component that imports nothing, exports its kind, and carries its manifest.

use wasm_encoder::{ComponentSection as _, CustomSection};
use wit_component::{ComponentEncoder, DecodedWasm};

/// The contract's package and version, as `plugin-sdk/wit` names them.
const PACKAGE: &str = "plaint:plugin";
const VERSION: &str = "0.1.0";

/// The custom section that holds `plugin.toml`.
const MANIFEST_SECTION: &str = "plaint:manifest";

pub(super) fn wrap(module: &[u8], kind: &str, manifest: &str) -> Result<Vec<u8>, String> {
    let mut component = encode(module)?;
    let section = CustomSection { name: MANIFEST_SECTION.into(), data: manifest.as_bytes().into() };
    section.append_to_component(&mut component);
    check(&component, kind)?;
    Ok(component)
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(module).and_then(ComponentEncoder::encode).map_err(|error| format!("{error:#}"))
}

fn check(component: &[u8], kind: &str) -> Result<(), String> {
    let decoded = wit_component::decode(component).map_err(|error| format!("{error:#}"))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err("it is a WIT package, not a component".into());
    };
    let world = &resolve.worlds[world];
    let imports: Vec<String> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
    if !imports.is_empty() {
        return Err(format!("a plugin imports nothing, this one imports {}", imports.join(", ")));
    }
    let exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    let expected = format!("{PACKAGE}/{kind}@{VERSION}");
    if exports != [expected.as_str()] {
        let found = if exports.is_empty() { "nothing".to_owned() } else { exports.join(", ") };
        return Err(format!("it exports {found}, expected {expected} and nothing else"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    fn refused(text: &str, reason: &str) {
        let component = wat::parse_str(text).unwrap();
        assert_eq!(super::check(&component, "connector"), Err(reason.to_owned()));
    }

    #[test]
    fn what_imports_or_exports_something_else_is_refused() {
        refused(
            r#"(component (import "wasi:clocks/wall-clock@0.2.0" (instance)))"#,
            "a plugin imports nothing, this one imports wasi:clocks/wall-clock@0.2.0",
        );
        refused(
            r#"(component (instance $own) (export "plaint:plugin/alert-rule@0.1.0" (instance $own)))"#,
            "it exports plaint:plugin/alert-rule@0.1.0, expected plaint:plugin/connector@0.1.0 and nothing else",
        );
        refused("(component)", "it exports nothing, expected plaint:plugin/connector@0.1.0 and nothing else");
    }
}
