//! A core module becomes a component that imports nothing, exports its kind, and carries its manifest.

use wasm_encoder::{ComponentSection as _, CustomSection};
use wit_component::{ComponentEncoder, DecodedWasm};

use sandbox::{Kind, MANIFEST_SECTION};

use crate::{failure::Failure, folder::Folder};

/// Exports that begin like this are contracts.
const PACKAGE: &str = "plaint:plugin/";

/// The component of a core module that speaks the contract.
pub(super) fn of_module(module: &[u8], folder: &Folder) -> Result<Vec<u8>, Failure> {
    let component = encode(module).map_err(|reason| no_plugin(folder, reason))?;
    finish(component, folder)
}

/// The component with its manifest in it.
pub(super) fn finish(mut component: Vec<u8>, folder: &Folder) -> Result<Vec<u8>, Failure> {
    let section = CustomSection { name: MANIFEST_SECTION.into(), data: folder.manifest_text.as_bytes().into() };
    section.append_to_component(&mut component);
    check(&component, folder.manifest.kind).map_err(|reason| no_plugin(folder, reason))?;
    Ok(component)
}

fn no_plugin(folder: &Folder, reason: String) -> Failure {
    Failure::Component { id: folder.manifest.id.clone(), reason }
}

fn encode(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(module).and_then(ComponentEncoder::encode).map_err(|error| format!("{error:#}"))
}

fn check(component: &[u8], kind: Kind) -> Result<(), String> {
    let decoded = wit_component::decode(component).map_err(|error| format!("{error:#}"))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err("it is a WIT package, not a component".into());
    };
    let world = &resolve.worlds[world];
    let imports: Vec<String> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
    if !imports.is_empty() {
        return Err(format!("a plugin imports nothing, this one imports {}", imports.join(", ")));
    }
    let mut exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    // Whatever else it exports nobody calls: a language's runtime may leave its own start there.
    exports.retain(|export| export.starts_with(PACKAGE));
    let expected = kind.interface();
    if exports != [expected.as_str()] {
        let found = if exports.is_empty() { "no contract".to_owned() } else { exports.join(", ") };
        return Err(format!("it exports {found}, expected {expected} and no other"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sandbox::Kind;

    fn refused(text: &str, reason: &str) {
        let component = wat::parse_str(text).unwrap();
        assert_eq!(super::check(&component, Kind::Connector), Err(reason.to_owned()));
    }

    #[test]
    fn what_imports_or_exports_something_else_is_refused() {
        refused(
            r#"(component (import "wasi:clocks/wall-clock@0.2.0" (instance)))"#,
            "a plugin imports nothing, this one imports wasi:clocks/wall-clock@0.2.0",
        );
        refused(
            r#"(component (instance $own) (export "plaint:plugin/alert-rule@0.1.0" (instance $own)))"#,
            "it exports plaint:plugin/alert-rule@0.1.0, expected plaint:plugin/connector@0.1.0 and no other",
        );
        refused("(component)", "it exports no contract, expected plaint:plugin/connector@0.1.0 and no other");
    }
}
